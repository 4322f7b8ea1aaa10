import path from 'node:path'
import { buildSettings } from './host-settings.ts'
import { names, root } from './settings.ts'
import { $, must } from './shell.ts'

/** The services that run in production, each one image; the others are there in development alone. */
export const productionServices = [
  'api',
  'proxy',
  'web',
  'acme',
  'alertmanager',
  'exporters',
  'kube-state-metrics',
  'perses',
  'prometheus',
  'victorialogs',
  'zipkin',
] as const
export type ProductionService = (typeof productionServices)[number]

/**
 * Builds a service's production image from the working tree.
 * @returns its tag
 */
export async function buildProductionImage(service: ProductionService): Promise<string> {
  const tag = `${names.cluster}/${service}:production`
  const file = path.join(root, 'services', service, 'Dockerfile')
  await must(
    `the production image of ${service} was not built`,
    $`docker buildx build --quiet --target production --file ${file} --tag ${tag} ${buildSettings()} ${root}`,
  )
  return tag
}

/**
 * Builds a service's production image and pushes it.
 * @param registry where to, for example ghcr.io/dwaybank
 * @returns the image as NAME@DIGEST, which is the digest that the registry gave it
 */
export async function publishProductionImage(service: ProductionService, registry: string): Promise<string> {
  const built = await buildProductionImage(service)
  const name = `${registry}/${service}`
  // A tag of its own for each release: a registry may delete what has none.
  const commit = (await $`git -C ${root} describe --always --dirty --abbrev=12 --exclude=*`).stdout.trim()
  const tag = `${name}:${commit}`
  try {
    await $`docker tag ${built} ${tag}`
    await must(`${tag} was not pushed`, $`docker push --quiet ${tag}`)
    const { stdout } = await $`docker image inspect --format ${'{{json .RepoDigests}}'} ${tag}`
    const digest = (JSON.parse(stdout) as string[]).find((image) => image.startsWith(`${name}@`))
    if (digest === undefined) throw new Error(`the engine does not know the digest of ${tag}`)
    return digest
  } finally {
    await removeProductionImages([built, tag])
  }
}

/** Removes production images that were built; their layers stay in the build cache. */
export async function removeProductionImages(tags: readonly string[]): Promise<void> {
  if (tags.length > 0) await $`docker image rm --force ${tags}`.nothrow()
}
