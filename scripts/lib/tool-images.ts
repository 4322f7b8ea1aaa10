import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { buildSettings } from './host-settings.ts'
import { registryPort } from './registry.ts'
import { root, toolchainTag } from './settings.ts'
import { $, must, succeeds } from './shell.ts'

/** The images that tests and validation run beside the cluster, or plant in it: each a folder with a Dockerfile, built on dway/base. */
const toolImages = {
  clock: 'test/clock',
  elasticsearch: 'services/elasticsearch',
  'log-shipper': 'services/log-shipper',
  postgres: 'services/postgres',
  prometheus: 'services/prometheus',
  proxy: 'services/proxy',
  scanners: 'test/scanners',
  schemathesis: 'test/schemathesis',
  squawk: 'test/squawk',
  sslyze: 'test/sslyze',
} as const

/**
 * Builds such an image, unless there is one of the same files.
 * @returns its tag
 */
export async function ensureToolImage(name: keyof typeof toolImages): Promise<string> {
  const folder = path.join(root, toolImages[name])
  const key = createHash('sha256').update(toolchainTag())
  for (const file of fs.globSync('**/*', { cwd: folder }).sort()) {
    const at = path.join(folder, file)
    if (fs.statSync(at).isFile()) key.update(`\0${file}\0`).update(fs.readFileSync(at))
  }
  const tag = `dway/${name}:${key.digest('hex').slice(0, 12)}`
  if (await succeeds($`docker image inspect ${tag}`)) return tag
  // In the engine's cache from the cluster's own builds, or new to it.
  await must(
    `the image ${tag} was not built`,
    $`docker buildx build --quiet --load --file ${path.join(folder, 'Dockerfile')} --tag ${tag} ${buildSettings()} ${root}`,
  )
  return tag
}

/**
 * Builds such an image for the cluster, and gives it to the cluster's registry.
 * @returns what a pod calls it
 */
export async function pushToolImage(name: keyof typeof toolImages): Promise<string> {
  const built = await ensureToolImage(name)
  const image = `localhost:${await registryPort()}/${built}`
  await $`docker tag ${built} ${image}`
  await must(`${image} was not pushed`, $`docker push --quiet ${image}`)
  return image
}
