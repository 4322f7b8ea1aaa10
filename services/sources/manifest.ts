import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/**
 * What lies where: the SHA-256 of each file's contents by its path, in the order of the paths' bytes. Directories,
 * modes and times don't count: nothing that is synced behaves differently for them, and git and Tilt don't carry
 * empty directories.
 */
export type Manifest = ReadonlyMap<string, string>

/** The SHA-256 of contents, in hexadecimal. */
export function hashOf(contents: string | Buffer): string {
  return createHash('sha256').update(contents).digest('hex')
}

/** Puts a manifest's files into their order, which is that of `LC_ALL=C sort`. */
export function manifestOf(files: Iterable<readonly [string, string]>): Manifest {
  return new Map([...files].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other))))
}

/**
 * Reads files and everything below folders.
 * @param base what the paths in the manifest are relative to
 * @param names the files and folders, relative to the base; one that is missing holds nothing
 * @param ignored whether a path, relative to the base, is left out with all that is below it
 */
export function readManifest(
  base: string,
  names: readonly string[],
  ignored: (name: string) => boolean = () => false,
): Manifest {
  const files: [string, string][] = []
  const visit = (name: string) => {
    if (ignored(name)) return
    const file = path.join(base, name)
    try {
      if (fs.statSync(file).isDirectory()) {
        for (const entry of fs.readdirSync(file)) visit(`${name}/${entry}`)
      } else files.push([name, hashOf(fs.readFileSync(file))])
    } catch (error) {
      // Whoever edits may move a file away between two of our looks.
      if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  names.forEach(visit)
  return manifestOf(files)
}

/** One digest for a manifest: the SHA-256 of what `sha256sum --zero` prints of its files. */
export function digestOf(manifest: Manifest): string {
  const hash = createHash('sha256')
  for (const [name, contents] of manifest) hash.update(`${contents}  ${name}\0`)
  return hash.digest('hex')
}
