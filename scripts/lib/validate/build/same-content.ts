import { $, must } from '../../shell.ts'
import { finding, findingOf, type Finding } from '../finding.ts'
import { buildImages, inspectImages, type BuiltImage } from './images.ts'

/**
 * What is built a second time, without the cache: the stages in which our own sources are copied and compiled. Packages
 * come from lockfiles and a signed archive, and are not fetched again.
 */
const afresh: Record<string, readonly string[]> = {
  'api:production': ['production'],
  'web:production': ['sources', 'build'],
  'proxy:production': ['production'],
}
const SUFFIX = '-again'

/** Path, kind, mode, owner and content of every file. What the engine itself mounts into a container is none of it. */
const LIST = `cd / && find . -xdev ! -path './proc/*' ! -path './sys/*' ! -path './dev/*' ! -path ./.dockerenv \
  ! -path ./etc/hosts ! -path ./etc/hostname ! -path ./etc/resolv.conf ! -path ./etc/mtab \
  \\( -type f -printf '%y %m %U:%G %p ' -exec sha256sum {} \\; -o -printf '%y %m %U:%G %p %l\\n' \\) | sort`

async function contentOf({ name, tag }: BuiltImage): Promise<string[]> {
  const options = ['--rm', '--network', 'none', '--user', '0:0', '--entrypoint', 'sh']
  const run = $`docker run ${options} ${tag} -c ${LIST}`
  return (await must(`the files of ${name} were not listed`, run)).stdout.split('\n')
}

/** Whether images get the same files when they are built again. */
export async function checkSameContent(
  tree: string,
  images: readonly BuiltImage[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const judged = images.filter(({ name }) => name in afresh)
  return Promise.all(judged.map((image) => compare(tree, image, signal)))
}

async function compare(tree: string, image: BuiltImage, signal: AbortSignal): Promise<Finding> {
  const stages = afresh[image.name] ?? []
  const suffix = `${SUFFIX}-${image.name.replace(':', '-')}`
  const failed = await buildImages(tree, [image], { suffix, afresh: stages, signal })
  const why = failed.get(image.name)
  if (why !== undefined)
    return finding('same-content', image.name, 'failed', `it was not built again: ${why}`)
  const [again] = await inspectImages([image], suffix)
  if (!again) throw new Error(`${image.name} is gone`)
  try {
    const [first, second] = await Promise.all([contentOf(image), contentOf(again)])
    const [inFirst, inSecond] = [new Set(first), new Set(second)]
    const differing = [
      ...first.filter((line) => !inSecond.has(line)).map((line) => `first: ${line}`),
      ...second.filter((line) => !inFirst.has(line)).map((line) => `again: ${line}`),
    ]
    const what = `the stages ${stages.join(' and ')} were built again without the cache`
    const shown = [`${what}: ${differing.length} lines differ`, ...differing.slice(0, 10)]
    return findingOf('same-content', image.name, {
      wrong: differing.length === 0 ? [] : shown,
      good: `${what}: path, mode, owner and content of ${first.length} files are the same`,
      remedy: 'take out of the build what depends on time, order or chance',
    })
  } finally {
    await $`docker image rm --force ${again.tag}`.nothrow()
  }
}
