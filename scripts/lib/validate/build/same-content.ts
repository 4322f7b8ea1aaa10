import fs from 'node:fs'
import path from 'node:path'
import { $, must } from '../../shell.ts'
import type { Dockerfile } from '../dockerfiles.ts'
import { finding, findingOf, type Finding } from '../finding.ts'
import { keyOf, recall, remember } from '../remembered.ts'
import { filesIn } from '../tree.ts'
import { buildImages, inspectImages, type BuiltImage } from './images.ts'

const RULE = 'same-content'
/**
 * What is built a second time, without the cache: the stages in which our own sources are copied and compiled. Packages
 * come from lockfiles and a signed archive, and are not fetched again.
 */
export const afresh: Record<string, readonly string[]> = {
  'api:production': ['production'],
  'web:production': ['sources', 'build'],
  'proxy:production': ['production'],
}
const SUFFIX = '-again'
/** No image of ours has fewer files: a list that is shorter was broken off. */
const FEWEST_FILES = 1000

/** Path, kind, mode, owner and content of every file. What the engine itself mounts into a container is none of it. */
const LIST = `set -eu
cd /
find . -xdev \\( -path ./proc -o -path ./sys -o -path ./dev \\) -prune -o ! -path ./.dockerenv \\
  ! -path ./etc/hosts ! -path ./etc/hostname ! -path ./etc/resolv.conf ! -path ./etc/mtab -printf '%y %m %U:%G %p %l\\n'
find . -xdev \\( -path ./proc -o -path ./sys -o -path ./dev \\) -prune -o ! -path ./.dockerenv \\
  ! -path ./etc/hosts ! -path ./etc/hostname ! -path ./etc/resolv.conf -type f -exec sha256sum {} +
echo complete`

async function contentOf({ name, tag }: BuiltImage): Promise<Set<string>> {
  const options = ['--rm', '--network', 'none', '--user', '0:0', '--entrypoint', 'sh']
  const run = $`docker run ${options} ${tag} -c ${LIST}`
  const lines = (await must(`the files of ${name} were not listed`, run)).stdout.trimEnd().split('\n')
  if (lines.pop() !== 'complete' || lines.length < FEWEST_FILES)
    throw new Error(`the files of ${name} were not all listed`)
  return new Set(lines)
}

/** Whether images get the same files when they are built again. One that was compared before is not built again. */
export async function checkSameContent(
  tree: string,
  dockerfiles: readonly Dockerfile[],
  images: readonly BuiltImage[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const judged: Finding[] = []
  const unknown = new Map<BuiltImage, string>()
  for (const [name, stages] of Object.entries(afresh)) {
    const image = images.find((one) => one.name === name)
    const missing = image ? missingStages(image, stages, dockerfiles) : []
    if (!image) judged.push(finding(RULE, name, 'could not verify', 'it was not built'))
    // The builder says nothing of a stage that it doesn't know.
    else if (missing.length > 0)
      judged.push(finding(RULE, name, 'could not verify', `${image.file} has no stage ${missing.join(', ')}`))
    else {
      const key = keyFor(tree, image)
      const known = recall<Finding>(key)
      if (known) judged.push(known)
      else unknown.set(image, key)
    }
  }
  return unknown.size === 0 ? judged : [...judged, ...(await compareAll(tree, unknown, signal))]
}

/** The stages among `stages` that the image's Dockerfile doesn't have. */
export function missingStages(
  { file }: Pick<BuiltImage, 'file'>,
  stages: readonly string[],
  dockerfiles: readonly Dockerfile[],
): string[] {
  const has = dockerfiles.find((dockerfile) => dockerfile.file === file)?.stages ?? []
  return stages.filter((stage) => !has.includes(stage))
}

/** By the image, and by what its stages are built of: the same image may come of a build that only happened to be the same. */
function keyFor(tree: string, { id, name }: BuiltImage): string {
  const service = `services/${name.split(':')[0]}/`
  const sources = filesIn(tree).filter((file) => file.startsWith(service) || !file.includes('/'))
  const contents = sources.flatMap((file) => [file, fs.readFileSync(path.join(tree, file))])
  return keyOf([RULE, LIST, id, ...(afresh[name] ?? []), ...contents])
}

/** @param keys by which the answer for each image is remembered */
async function compareAll(
  tree: string,
  keys: ReadonlyMap<BuiltImage, string>,
  signal: AbortSignal,
): Promise<Finding[]> {
  const images = [...keys.keys()]
  const failed = await buildImages(tree, images, { suffix: SUFFIX, afresh, signal })
  const again = await inspectImages(
    images.filter(({ name }) => !failed.has(name)),
    SUFFIX,
  )
  try {
    const found: Finding[] = []
    for (const [image, key] of keys) {
      const second = again.find(({ name }) => name === image.name)
      const why = `it was not built again: ${failed.get(image.name) ?? 'it is gone'}`
      const one = second ? await compare(image, second) : finding(RULE, image.name, 'could not verify', why)
      found.push(one.verdict === 'passed' ? remember(key, one) : one)
    }
    return found
  } finally {
    await $`docker image rm --force ${again.map(({ tag }) => tag)}`.nothrow()
  }
}

async function compare(image: BuiltImage, again: BuiltImage): Promise<Finding> {
  const [first, second] = await Promise.all([contentOf(image), contentOf(again)])
  const differing = [
    ...[...first].filter((line) => !second.has(line)).map((line) => `first: ${line}`),
    ...[...second].filter((line) => !first.has(line)).map((line) => `again: ${line}`),
  ]
  const what = `the stages ${(afresh[image.name] ?? []).join(' and ')} were built again without the cache`
  const shown = [`${what}: ${differing.length} lines differ`, ...differing.slice(0, 10)]
  return findingOf(RULE, image.name, {
    wrong: differing.length === 0 ? [] : shown,
    good: `${what}: path, mode, owner and content of all files are the same, ${first.size} lines`,
    remedy: 'take out of the build what depends on time, order or chance',
  })
}
