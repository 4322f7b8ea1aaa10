import path from 'node:path'
import { names, root, statePath, toolchainTag } from './settings.ts'
import { $, must } from './shell.ts'

/** The services whose production image is another than the one that is developed in. */
export type ProductionService = 'api' | 'web'

/**
 * Builds a service's production image from the working tree.
 * @returns its tag
 */
export async function buildProductionImage(service: ProductionService): Promise<string> {
  const tag = `${names.cluster}/${service}:production`
  const args = ['BASE=dway/base', 'NODE=dway/node'].flatMap((arg) => [
    '--build-arg',
    `${arg}:${toolchainTag()}`,
  ])
  const settings = ['apt=apt.conf', 'npmrc=npmrc'].flatMap((pair) => {
    const [id, file = ''] = pair.split('=')
    return ['--secret', `id=${id},src=${statePath('host', file)}`]
  })
  const file = path.join(root, 'services', service, 'Dockerfile')
  await must(
    `the production image of ${service} was not built`,
    $`docker buildx build --quiet --target production --file ${file} --tag ${tag} ${args} ${settings} ${root}`,
  )
  return tag
}

/** Removes production images that were built; their layers stay in the build cache. */
export async function removeProductionImages(tags: readonly string[]): Promise<void> {
  if (tags.length > 0) await $`docker image rm --force ${tags}`.nothrow()
}
