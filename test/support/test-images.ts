import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { registryPort } from '../../scripts/lib/registry.ts'
import { root, statePath, toolchainTag } from '../../scripts/lib/settings.ts'
import { $, must, succeeds } from '../../scripts/lib/shell.ts'

/** The images that tests run beside the cluster, or plant in it: each a folder with a Dockerfile, built on dway/base. */
const testImages = {
  clock: 'test/clock',
  elasticsearch: 'services/elasticsearch',
  'log-shipper': 'services/log-shipper',
  postgres: 'services/postgres',
  prometheus: 'services/prometheus',
  proxy: 'services/proxy',
  squawk: 'test/squawk',
  schemathesis: 'test/schemathesis',
  sslyze: 'test/sslyze',
} as const

/**
 * Builds an image that tests run, unless there is one of the same files.
 * @returns its tag
 */
export async function ensureTestImage(name: keyof typeof testImages): Promise<string> {
  const folder = path.join(root, testImages[name])
  const key = createHash('sha256').update(toolchainTag())
  for (const file of fs.globSync('**/*', { cwd: folder }).sort()) {
    const at = path.join(folder, file)
    if (fs.statSync(at).isFile()) key.update(`\0${file}\0`).update(fs.readFileSync(at))
  }
  const tag = `dway/${name}:${key.digest('hex').slice(0, 12)}`
  if (await succeeds($`docker image inspect ${tag}`)) return tag
  const secrets = ['apt=apt.conf', 'pip=pip.conf', 'maven=settings.xml'].flatMap((pair) => {
    const [id, file = ''] = pair.split('=')
    return ['--secret', `id=${id},src=${statePath('host', file)}`]
  })
  // In the engine's cache from the cluster's own builds, or new to it.
  const bases = ['BASE=dway/base', 'NODE=dway/node'].flatMap((arg) => [
    '--build-arg',
    `${arg}:${toolchainTag()}`,
  ])
  const args = [...bases, ...secrets]
  await must(
    `the image ${tag} was not built`,
    $`docker buildx build --quiet --load --file ${path.join(folder, 'Dockerfile')} --tag ${tag} ${args} ${root}`,
  )
  return tag
}

/**
 * Builds an image that tests plant in the cluster, and gives it to the cluster's registry.
 * @returns what a pod calls it
 */
export async function pushTestImage(name: keyof typeof testImages): Promise<string> {
  const built = await ensureTestImage(name)
  const image = `localhost:${await registryPort()}/${built}`
  await $`docker tag ${built} ${image}`
  await must(`${image} was not pushed`, $`docker push --quiet ${image}`)
  return image
}
