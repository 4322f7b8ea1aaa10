import { runScanner } from './scanners.ts'

/**
 * The beginning of every call of Trivy. No file of the tree and no variable chooses what it says nothing of: its own
 * ignore file, settings and rules for secrets are none.
 */
export const TRIVY = (what: 'image' | 'fs' | 'config', cache = '/tmp/trivy'): string[] => [
  // Its own limit of five minutes is too short for a machine that is busy otherwise.
  ...['trivy', '--quiet', '--timeout', '20m', '--config', '/dev/null', '--cache-dir', cache, what],
  ...['--ignorefile', '/dev/null'],
  ...(what === 'image' ? ['--offline-scan', '--skip-db-update', '--skip-java-db-update'] : []),
  ...(what === 'config' ? ['--skip-check-update'] : ['--secret-config', '/nowhere']),
]

let there: Promise<boolean> | undefined

/** Whether the image of scanners has Trivy: its wheel carries the program for one processor alone. */
export const trivyIsThere = (): Promise<boolean> =>
  (there ??= runScanner(['sh', '-c', 'command -v trivy >&2 && echo true || echo false'], { reads: {} }).then(
    ({ stdout }) => stdout.trim() === 'true',
  ))
