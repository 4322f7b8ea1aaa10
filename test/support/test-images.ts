import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { root, statePath, toolchainTag } from '../../scripts/lib/settings.ts'
import { $, must, succeeds } from '../../scripts/lib/shell.ts'

/** The images that tests run beside the cluster: each a folder with a Dockerfile, built on dway/base. */
const testImages = {
  postgres: 'services/postgres',
  prometheus: 'services/prometheus',
  squawk: 'test/squawk',
  schemathesis: 'test/schemathesis',
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
  const secrets = ['apt=apt.conf', 'pip=pip.conf'].flatMap((pair) => {
    const [id, file = ''] = pair.split('=')
    return ['--secret', `id=${id},src=${statePath('host', file)}`]
  })
  // In the engine's cache from the cluster's own builds, or new to it.
  const args = ['--build-arg', `BASE=dway/base:${toolchainTag()}`, ...secrets]
  await must(
    `the image ${tag} was not built`,
    $`docker buildx build --quiet --load --file ${path.join(folder, 'Dockerfile')} --tag ${tag} ${args} ${root}`,
  )
  return tag
}
