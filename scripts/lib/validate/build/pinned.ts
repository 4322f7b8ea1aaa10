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

function faultOfBase(image: string, dockerfile: Dockerfile, versions: string): string | undefined {
  const defaults = defaultsOf(dockerfile, versions)
  const named = image.replace(/\$\{?(\w+)\}?/g, (whole, key: string) => defaults.get(key) ?? whole)
  if (named === 'scratch' || dockerfile.stages.includes(named.toLowerCase())) return undefined
  if (/@sha256:[0-9a-f]{64}$/.test(named)) return undefined
  // A name that only ./dway gives, as its toolbox, or one of several stages, by the platform.
  if (named.includes('$')) return undefined
  const fromArgument = image.includes('$')
  if (MADE_HERE.test(named) && (fromArgument || named.startsWith('dway/'))) return undefined
  return `FROM ${image} names no digest${/(:latest$)|^[^:]+$/.test(named) ? ', and means latest' : ''}`
}

/** Whether what a Dockerfile starts from and fetches is the same each time. */
export function checkPins(tree: string, dockerfiles: readonly Dockerfile[]): Finding[] {
  const versions = fs.readFileSync(path.join(tree, 'toolchain/versions.yaml'), 'utf8')
  return dockerfiles.flatMap((dockerfile) => {
    const bases = dockerfile.instructions
      .filter(({ name }) => name === 'FROM')
      .flatMap(({ words, line }) => {
        const image = words.replace(/^--\S+ /, '').split(' ')[0] ?? ''
        const fault = faultOfBase(image, dockerfile, versions)
        return fault === undefined ? [] : [`line ${line}: ${fault}`]
      })
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
        wrong: bases,
        good: 'every FROM is a stage, an image made here, or named by digest',
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
