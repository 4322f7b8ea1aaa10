import fs from 'node:fs'
import path from 'node:path'
import { ownUser } from '../engine.ts'
import { ensureToolImage } from '../tool-images.ts'
import { $ } from '../shell.ts'
import { keyOf, recall, remember } from './remembered.ts'
import { filesIn } from './tree.ts'

/** What a scanner printed, and what it ended with: most end with 1 where they found something. */
export interface Scan {
  stdout: string
  stderr: string
  exitCode: number | null
}

interface Mounts {
  /** Folders that the scanner reads, by where it finds them. */
  reads: Record<string, string>
  /** Folders that it also writes to. */
  writes?: Record<string, string>
}

/** Runs a scanner, or recalls what the same one said of the same files. */
export async function runScanner(command: readonly string[], mounts: Mounts): Promise<Scan> {
  if (mounts.writes !== undefined) return run(command, mounts)
  const key = keyOf([await scanners(), ...command, ...contentsOf(mounts.reads)])
  const known = recall<Scan>(key)
  if (known) return known
  const scan = await run(command, mounts)
  // Whatever is no report may be another one the next time.
  return isJson(scan.stdout) ? remember(key, scan) : scan
}

function* contentsOf(folders: Record<string, string>): Iterable<string | Buffer> {
  for (const [at, folder] of Object.entries(folders))
    for (const file of filesIn(folder)) {
      yield `${at}/${file}`
      yield fs.readFileSync(path.join(folder, file))
    }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Without network, rights or anything of this machine but what is mounted, so that no setting of a developer's own counts. */
async function run(command: readonly string[], { reads, writes = {} }: Mounts): Promise<Scan> {
  const image = await scanners()
  const mount = (folders: Record<string, string>, more: string) =>
    Object.entries(folders).flatMap(([at, folder]) => [
      '--mount',
      `type=bind,source=${folder},target=${at}${more}`,
    ])
  const options = [
    ...['--rm', '--init', '--network', 'none', '--read-only', '--tmpfs', '/tmp:exec,mode=1777'],
    ...['--user', ownUser(), '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...mount(reads, ',readonly'),
    ...mount(writes, ''),
  ]
  const { stdout, stderr, exitCode } = await $`docker run ${options} ${image} ${command}`.nothrow()
  return { stdout, stderr, exitCode }
}

let built: Promise<string> | undefined

/** The image with all scanners, built at most once. */
export const scanners = (): Promise<string> => (built ??= ensureToolImage('scanners'))
