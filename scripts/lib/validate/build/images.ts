import fs from 'node:fs'
import path from 'node:path'
import { BuildError } from '../../errors.ts'
import { baseImages, hostSecrets } from '../../host-settings.ts'
import { names, stateFolder, toolboxImage } from '../../settings.ts'
import { $, lastLine } from '../../shell.ts'
import type { Dockerfile } from '../dockerfiles.ts'

/** An image that a Dockerfile of the tree makes. */
export interface Buildable {
  /** As api:production; of a folder with one image alone, the folder's name. */
  name: string
  file: string
  /** The stage, where it isn't the last one. */
  target?: string
}

/** One that was built. */
export interface BuiltImage extends Buildable {
  tag: string
  id: string
  bytes: number
  user: string
}

/**
 * The images of services and of what tests run: the stages production and dev of a Dockerfile, or its last one. Those
 * of the toolchain are built before any verb runs.
 */
export function buildables(dockerfiles: readonly Dockerfile[]): Buildable[] {
  return dockerfiles
    .filter(({ file }) => /^(services|test)\//.test(file))
    .flatMap(({ file, stages }): Buildable[] => {
      const service = path.basename(path.dirname(file))
      const targets = stages.filter((stage) => stage === 'production' || stage === 'dev')
      if (targets.length === 0) return [{ name: service, file }]
      return targets.map((target) => ({ name: `${service}:${target}`, file, target }))
    })
}

const tagOf = ({ name }: Buildable) => `${names.cluster}/${name.replace(':', '-')}:validated`
const keyOf = ({ name }: Buildable) => name.replace(':', '-')

/** Stages that are built without the cache, by their image's name. */
type Afresh = Readonly<Record<string, readonly string[]>>

/** What buildx bake reads. */
function bakeFile(tree: string, images: readonly Buildable[], suffix = '', afresh: Afresh = {}) {
  const secret = Object.entries(hostSecrets()).map(([id, file]) => `id=${id},src=${file}`)
  const target = Object.fromEntries(
    images.map((image) => [
      keyOf(image),
      {
        context: tree,
        dockerfile: image.file,
        ...(image.target ? { target: image.target } : {}),
        args: { ...baseImages(), TOOLBOX: toolboxImage() },
        secret,
        tags: [`${tagOf(image)}${suffix}`],
        output: ['type=docker'],
        ...(afresh[image.name] ? { 'no-cache-filter': afresh[image.name] } : {}),
      },
    ]),
  )
  return JSON.stringify({ group: { default: { targets: Object.keys(target) } }, target })
}

/**
 * Builds images side by side, with the engine's cache. One that does not build is tried once more, since a mirror may
 * have faltered, and leaves the others alone.
 * @returns why those that did not build did not, by their name
 */
export async function buildImages(
  tree: string,
  images: readonly Buildable[],
  options: { suffix?: string; afresh?: Afresh; signal?: AbortSignal } = {},
): Promise<Map<string, string>> {
  const failed = new Map<string, string>()
  const triedAgain = new Set<string | undefined>()
  for (;;) {
    const left = images.filter(({ name }) => !failed.has(name))
    if (left.length === 0) return failed
    const file = path.join(stateFolder, 'validate', `bake${options.suffix ?? ''}.json`)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, bakeFile(tree, left, options.suffix, options.afresh))
    const shell = options.signal ? $({ signal: options.signal }) : $
    const run = await shell`docker buildx bake --progress plain --file ${file}`.nothrow()
    options.signal?.throwIfAborted()
    if (run.exitCode === 0) return failed
    // buildx names the target, or the step of it that failed.
    const [, key] = /(?:target |^ > \[)([\w-]+)(?:: failed to solve| )/m.exec(run.stderr) ?? []
    const culprit = left.find((image) => keyOf(image) === key)
    if (!triedAgain.has(culprit?.name)) {
      triedAgain.add(culprit?.name)
      continue
    }
    if (!culprit) throw new BuildError(`the images were not built: ${lastLine(run)}`, { cause: run })
    failed.set(culprit.name, lastLine(run))
  }
}

/** What the engine knows of images that were built. */
export async function inspectImages(images: readonly Buildable[], suffix = ''): Promise<BuiltImage[]> {
  const format = '{{.Id}}\t{{.Size}}\t{{.Config.User}}'
  const tags = images.map((image) => `${tagOf(image)}${suffix}`)
  if (tags.length === 0) return []
  const { stdout } = await $`docker image inspect --format ${format} ${tags}`
  const lines = stdout.trim().split('\n')
  return images.map((image, index) => {
    const [id = '', bytes, user = ''] = (lines[index] ?? '').split('\t')
    return { ...image, tag: tags[index] ?? '', id, bytes: Number(bytes), user }
  })
}
