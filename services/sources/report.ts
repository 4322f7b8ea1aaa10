import net from 'node:net'
import { digestOf, type Manifest, manifestOf } from './manifest.ts'

/** What a synced container says of its sources. */
export interface Report {
  /** The digest of what it runs. */
  digest: string
  /** `starts` until something has been loaded; `broken` if what was loaded doesn't run. */
  state: 'runs' | 'starts' | 'broken'
  /** Why the newest files don't run, in one line that begins with the place if it is known. */
  error?: string
  /** What was loaded. */
  runs: Manifest
  /** What lies on the container's disk at this moment. */
  files: Manifest
}

/** Where a container reports: on its own loopback interface, which nothing outside of the pod reaches. */
export const reportPort = Number(process.env['SOURCES_PORT'] ?? 9009)

/** Writes a report; each of its parts ends with a zero byte, since that is in no path. */
export function formatReport({ state, error, runs, files }: Omit<Report, 'digest'>): string {
  const list = (word: string, manifest: Manifest) =>
    [...manifest].map(([name, contents]) => `${word} ${contents}  ${name}`)
  const parts = [
    `digest ${digestOf(runs)}`,
    `state ${state}`,
    ...(error === undefined ? [] : [`error ${error}`]),
    ...list('runs', runs),
    ...list('file', files),
  ]
  return parts.map((part) => `${part}\0`).join('')
}

/**
 * Reads a report.
 * @throws Error unless it is a whole one
 */
export function parseReport(text: string): Report {
  const values = (word: string) =>
    text.split('\0').flatMap((part) => (part.startsWith(`${word} `) ? [part.slice(word.length + 1)] : []))
  const list = (word: string) =>
    manifestOf(values(word).map((value) => [value.slice(66), value.slice(0, 64)] as const))
  const [digest] = values('digest')
  const [state] = values('state')
  const [error] = values('error')
  const runs = list('runs')
  if (state !== 'runs' && state !== 'starts' && state !== 'broken') throw new Error('not a report')
  if (digest !== digestOf(runs)) throw new Error('the digest is not that of the files listed')
  return { digest, state, ...(error === undefined ? {} : { error }), runs, files: list('file') }
}

/** Answers whoever connects with what `look` returns at that moment. */
export function serveReport(look: () => Omit<Report, 'digest'>): net.Server {
  return net
    .createServer((socket) => {
      // Who asked may be gone already.
      socket.on('error', () => socket.destroy())
      socket.end(formatReport(look()))
    })
    .listen(reportPort, '127.0.0.1')
}
