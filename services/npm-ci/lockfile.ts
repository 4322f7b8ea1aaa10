import fs from 'node:fs'
import path from 'node:path'

/** What an image is made of packages by: package.json and package-lock.json of the whole repository. */
interface Manifest {
  workspaces?: string[]
  [field: string]: unknown
}

interface Lockfile {
  packages?: Record<string, Manifest>
}

const LOCKFILE = 'package-lock.json'
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

/** A file that can't be read as it is. */
class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/**
 * Compares the lockfile with each package.json of the repository, without npm and without a network.
 * @returns what is wrong and the command that mends it, in one sentence; undefined if they are in step
 */
export function lockfileProblem(root: string): string | undefined {
  try {
    const main = readManifest(root, 'package.json')
    const folders = ['', ...(main.workspaces ?? [])]
    const manifests = folders.map((folder) => {
      const file = path.posix.join(folder, 'package.json')
      return { folder, file, manifest: folder === '' ? main : readManifest(root, file) }
    })
    const { packages = {} } = readLockfile(root)
    for (const { folder, file, manifest } of manifests) {
      const difference = firstDifference(manifest, packages[folder])
      if (difference !== undefined)
        return `${LOCKFILE} is out of step with ${file} (${difference}): run ./dway npm install`
    }
    return undefined
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

function readManifest(root: string, file: string): Manifest {
  const mend = `mend it, then run ./dway npm install`
  const text = read(root, file)
  if (text === undefined) throw new Unreadable(`${file} is missing: git checkout ${file} brings it back`)
  if (hasConflict(text))
    throw new Unreadable(
      `${file} still has both sides of a merge in it: resolve it, then run ./dway npm install`,
    )
  return parse<Manifest>(file, text, mend)
}

function readLockfile(root: string): Lockfile {
  const text = read(root, LOCKFILE)
  if (text === undefined) throw new Unreadable(`${LOCKFILE} is missing: run ./dway npm install`)
  if (hasConflict(text))
    throw new Unreadable(`${LOCKFILE} still has both sides of a merge in it: run ./dway npm install`)
  return parse<Lockfile>(LOCKFILE, text, 'run ./dway npm install')
}

function read(root: string, file: string): string | undefined {
  try {
    return fs.readFileSync(path.join(root, file), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whether git left the marks of a merge in a text. */
export function hasConflict(text: string): boolean {
  return /^<{7} [^]*^={7}$[^]*^>{7} /m.test(text)
}

function parse<T>(file: string, text: string, mend: string): T {
  try {
    return JSON.parse(text) as T
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error)
    throw new Unreadable(`${file} is not JSON (${why}): ${mend}`, { cause: error })
  }
}

function firstDifference(manifest: Manifest, locked: Manifest | undefined): string | undefined {
  if (locked === undefined) return 'it is not in the lockfile at all'
  for (const field of DEPENDENCIES) {
    const wanted = entries(manifest[field])
    const known = entries(locked[field])
    for (const [name, range] of wanted) {
      const other = known.get(name)
      if (other === undefined) return `${name} is not in the lockfile`
      if (other !== range) return `${name} is ${range}, and ${other} in the lockfile`
    }
    for (const name of known.keys()) if (!wanted.has(name)) return `${name} is only in the lockfile`
  }
  if (JSON.stringify(manifest.workspaces ?? []) !== JSON.stringify(locked.workspaces ?? []))
    return 'the lockfile has other workspaces'
  return undefined
}

function entries(field: unknown): Map<string, string> {
  return new Map(Object.entries((field ?? {}) as Record<string, string>))
}
