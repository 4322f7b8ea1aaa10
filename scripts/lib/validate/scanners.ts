import { ensureToolImage } from '../tool-images.ts'
import { $ } from '../shell.ts'

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

const user = () => `${process.getuid?.() ?? 1001}:${process.getgid?.() ?? 1001}`

/**
 * Runs a scanner: without network, rights or anything of this machine but what is mounted for it, so that no setting of
 * a developer's own changes what it says.
 */
export async function runScanner(command: readonly string[], { reads, writes = {} }: Mounts): Promise<Scan> {
  const image = await scanners()
  const mount = (folders: Record<string, string>, more: string) =>
    Object.entries(folders).flatMap(([at, folder]) => [
      '--mount',
      `type=bind,source=${folder},target=${at}${more}`,
    ])
  const options = [
    ...['--rm', '--init', '--network', 'none', '--read-only', '--tmpfs', '/tmp:exec,mode=1777'],
    ...['--user', user(), '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...mount(reads, ',readonly'),
    ...mount(writes, ''),
  ]
  const { stdout, stderr, exitCode } = await $`docker run ${options} ${image} ${command}`.nothrow()
  return { stdout, stderr, exitCode }
}

let built: Promise<string> | undefined
/** The image with all scanners, built at most once. */
export const scanners = (): Promise<string> => (built ??= ensureToolImage('scanners'))
