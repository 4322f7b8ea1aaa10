import { execFileSync } from 'node:child_process'
import { root } from '../settings.ts'
import { kubectlBank } from '../shell.ts'
import type { Difference, SourceStatus } from './compare.ts'
import type { SyncedService } from './services.ts'

/** Where a file of the working tree lies in the container. */
function placeOf({ syncs }: SyncedService, path: string): string {
  const sync = syncs.find(({ from }) => path === from || path.startsWith(`${from}/`))
  if (!sync) throw new Error(`${path} is not synced`)
  return sync.to + path.slice(sync.from.length)
}

/** Makes room in the container: removes what the working tree lacks, and folders that nothing is left in. */
const clear = `
folders=$1; shift; [ $# -eq 0 ] || rm -rf -- "$@"
for folder in $folders; do [ ! -d "$folder" ] || find "$folder" -mindepth 1 -type d -empty -delete; done
`

function archive(service: SyncedService, differences: readonly Difference[]): Buffer | undefined {
  const files = differences.filter(({ what }) => what !== 'extra').map(({ path }) => path)
  if (files.length === 0) return undefined
  const moves = service.syncs.map(({ from, to }) => `--transform=s,^${from},${to.slice(1)},`)
  const words = ['--create', '--file=-', `--directory=${root}`, ...moves, '--null', '--files-from=-']
  return execFileSync('tar', words, { input: files.join('\0'), maxBuffer: 64 * 2 ** 20 })
}

/**
 * Brings the files that differ into a pod and has them loaded, as a live update does.
 * @throws ProcessOutput if the container refuses them
 */
export async function syncAgain(service: SyncedService, status: SourceStatus): Promise<void> {
  const exec = (command: readonly string[], input?: Buffer) =>
    kubectlBank(
      ['exec', ...(input ? ['--stdin'] : []), status.pod, '--container', service.name, '--', ...command],
      input,
    ).timeout('30s')
  const folders = service.syncs.map(({ to }) => to).join(' ')
  const gone = status.differences.filter(({ what }) => what === 'extra')
  await exec(['sh', '-c', clear, 'sh', folders, ...gone.map(({ path }) => placeOf(service, path))])
  const files = archive(service, status.differences)
  if (files) await exec(['tar', '--extract', '--file=-', '--directory=/'], files)
  await exec(service.load)
}
