import fs from 'node:fs'
import path from 'node:path'
import type { Dockerfile } from '../dockerfiles.ts'
import { findingOf, type Finding } from '../finding.ts'

const REMEDY = 'pin it: CONTRIBUTING.md, "Change a version"'

/** What installs or fetches, and how it must be written so that the same comes each time. */
const downloads: { what: RegExp; pinned: (words: string) => boolean; must: string }[] = [
  {
    what: /\bpip install\b/,
    pinned: (words) => words.includes('--require-hashes'),
    must: 'pip with --require-hashes',
  },
  {
    what: /\bnpm (install|i|add)\b/,
    pinned: () => false,
    must: 'the npm-ci of services/npm-ci, with the lockfile',
  },
  { what: /\bgo (install|run|get)\b/, pinned: () => false, must: 'go build with go.sum' },
  {
    what: /\bapt(-get)? (install|upgrade)\b/,
    pinned: () => false,
    must: 'apt-install, of the signed archive alone',
  },
  {
    what: /\b(curl|wget)\b.*https?:/,
    pinned: (words) => words.includes('sha256sum --check'),
    must: 'a checksum',
  },
]

/** Build arguments with what they say if nobody else does. */
function defaultsOf({ instructions }: Dockerfile, versions: string): Map<string, string> {
  const defaults = new Map(
    [...versions.matchAll(/^([A-Z0-9_]+): (.+)$/gm)].map(([, key = '', value = '']) => [key, value] as const),
  )
  for (const { name, words } of instructions) {
    const [, key, value] = name === 'ARG' ? (/^(\w+)=(\S+)$/.exec(words) ?? []) : []
    if (key && value && !defaults.has(key)) defaults.set(key, value)
  }
  return defaults
}

/** Images that are made here, and Debian's own root, which is made of its signed archive where no registry is reached. */
const MADE_HERE = /^(dway\/[a-z-]+|debian:[a-z]+-slim)$/
/** What ./dway alone says: its toolbox, and for which processor is built. */
const given: Readonly<Record<string, readonly string[]>> = {
  TOOLBOX: ['dway/toolbox'],
  TARGETARCH: ['amd64', 'arm64'],
}
/** Folders that toolchain/docker-bake.hcl and the engine's own settings give a build by a name. */
const CONTEXTS = ['certificates', 'kubernetes', 'calico']

/** Every value that a name with build arguments in it can have. */
function valuesOf(text: string, defaults: ReadonlyMap<string, string>): string[] {
  const [argument, key = ''] = /\$\{?(\w+)\}?/.exec(text) ?? []
  if (argument === undefined) return [text]
  const own = defaults.get(key)
  const values = given[key] ?? (own === undefined ? [] : [own])
  return values.flatMap((value) =>
    valuesOf(
      text.replace(argument, () => value),
      defaults,
    ),
  )
}

/** What is wrong with an image that a Dockerfile begins with or copies from; `stages` are those above that line. */
function faultOfImage(
  image: string,
  stages: readonly string[],
  defaults: ReadonlyMap<string, string>,
): string | undefined {
  const values = valuesOf(image, defaults)
  if (values.length === 0) return `${image} has no value that is known`
  const fromArgument = image.includes('$')
  const bad = values.find(
    (named) =>
      named !== 'scratch' &&
      !stages.includes(named.toLowerCase()) &&
      !/@sha256:[0-9a-f]{64}$/.test(named) &&
      !(MADE_HERE.test(named) && (fromArgument || named.startsWith('dway/'))),
  )
  if (bad === undefined) return undefined
  const latest = /(:latest$)|^[^:]+$/.test(bad) ? ', and means latest' : ''
  return `${image} names no digest${latest}`
}

/** The images of a Dockerfile that are no stage above, or no image that is made here, and have no digest. */
function faultsOfImages(dockerfile: Dockerfile, versions: string): string[] {
  const defaults = defaultsOf(dockerfile, versions)
  const stages: string[] = []
  return dockerfile.instructions.flatMap(({ name, words, line }) => {
    const say = (fault: string | undefined) => (fault === undefined ? [] : [`line ${line}: ${name} ${fault}`])
    if (name === 'FROM') {
      const image = words.replace(/^(--\S+ )*/, '').split(' ')[0] ?? ''
      const found = say(faultOfImage(image, stages, defaults))
      // One stands for the stages without a name, which are copied from by their number.
      stages.push((/ as (\S+)$/i.exec(words)?.[1] ?? '').toLowerCase())
      return found
    }
    const sources = name === 'COPY' || name === 'RUN' ? [...words.matchAll(/(?:--|[,=])from=([^ ,]+)/g)] : []
    return sources.flatMap(([, image = '']) => {
      const isStage = /^\d+$/.test(image) ? Number(image) < stages.length - 1 : CONTEXTS.includes(image)
      return isStage ? [] : say(faultOfImage(image, stages.slice(0, -1), defaults))
    })
  })
}

/** Whether what a Dockerfile starts from, copies from and fetches is the same each time. */
export function checkPins(tree: string, dockerfiles: readonly Dockerfile[]): Finding[] {
  const versions = fs.readFileSync(path.join(tree, 'toolchain/versions.yaml'), 'utf8')
  return dockerfiles.flatMap((dockerfile) => {
    const fetched = dockerfile.instructions.flatMap(({ name, words, line }) => {
      if (name === 'ADD' && /https?:/.test(words) && !words.includes('--checksum='))
        return [`line ${line}: ADD of an address needs --checksum`]
      return name === 'RUN'
        ? downloads
            .filter(({ what, pinned }) => what.test(words) && !pinned(words))
            .map(({ must }) => `line ${line}: it must be ${must}`)
        : []
    })
    return [
      findingOf('pinned-base', dockerfile.file, {
        wrong: faultsOfImages(dockerfile, versions),
        good: 'every image is a stage, made here, or named by digest',
        remedy: REMEDY,
      }),
      findingOf('pinned-downloads', dockerfile.file, {
        wrong: fetched,
        good: 'all that is fetched is pinned by a hash or a signed archive',
        remedy: REMEDY,
      }),
    ]
  })
}
