// status: shows what is up, whether it runs your sources, versions, ages, restarts, memory and disk
//
// Usage: ./dway status [--json]
//
// Ends with 1 if nothing runs, if a pod is not as it should be, or if one does not run what the working tree holds.
//
//   --json  prints everything as JSON; if nothing runs, why
import { lockfileProblem } from '../services/npm-ci/lockfile.ts'
import { addresses } from './lib/addresses.ts'
import { readArgs } from './lib/args.ts'
import { runVerb } from './lib/errors.ts'
import { requireCluster } from './lib/running.ts'
import { root } from './lib/settings.ts'
import { checkSourcesTwice } from './lib/sources/check.ts'
import { checkImages, describeImage } from './lib/sources/images.ts'
import { describeSources, type SourceStatus } from './lib/sources/compare.ts'
import { age, bytes } from './lib/status/format.ts'
import { machineStatus, type Machine } from './lib/status/machine.ts'
import { podStatuses, type PodStatus } from './lib/status/pods.ts'
import { table } from './lib/table.ts'
import { failureData } from './lib/up/failure.ts'

function podTable(pods: readonly PodStatus[], sources: readonly SourceStatus[]): string {
  const heading = ['SERVICE', 'POD', 'STATE', 'SOURCES', 'VERSION', 'AGE', 'RESTARTS', 'MEMORY', 'DISK']
  const rows = pods.map(({ service, pod, state, version, ageSeconds, restarts, memoryBytes, diskBytes }) => [
    service,
    pod,
    state,
    sources.find((status) => status.pod === pod)?.state ?? '–',
    version ?? '–',
    age(ageSeconds),
    String(restarts),
    bytes(memoryBytes),
    bytes(diskBytes),
  ])
  return table([heading, ...rows], [5, 6, 7, 8])
}

function machineTable({ containers, versions, freeDiskBytes }: Machine): string {
  const parts = [
    ...containers.map(({ name, role, memoryBytes }) => [role, name, bytes(memoryBytes)]),
    ['disk', 'free for images and volumes', bytes(freeDiskBytes)],
  ]
  const list = Object.entries(versions).map(([name, value]) => `${name} ${value}`)
  return `${table([['PART', 'NAME', 'SIZE'], ...parts], [2])}\n\n${list.join(', ')}`
}

const printJson = (status: object) => {
  console.log(JSON.stringify(status, null, 2))
}

await runVerb('status', async () => {
  const { flags } = readArgs(import.meta.url)
  try {
    await requireCluster()
  } catch (error) {
    if (flags['json'])
      printJson({ up: false, failure: failureData(error), addresses: [], pods: [], sources: [] })
    throw error
  }
  const [found, pods, machine, sources, images] = await Promise.all([
    addresses(),
    podStatuses(new Date()),
    machineStatus(),
    checkSourcesTwice(),
    checkImages(),
  ])
  const unhealthy = pods.filter(({ healthy }) => !healthy)
  const stale = sources.filter(({ state }) => state !== 'current' && state !== 'syncing')
  if (pods.length === 0 || unhealthy.length > 0 || stale.length > 0 || images?.length) process.exitCode = 1
  const lockfile = lockfileProblem(root)
  if (flags['json']) {
    printJson({ up: process.exitCode !== 1, addresses: found, pods, sources, images, lockfile, ...machine })
    return
  }
  console.log(
    table([['WHAT', 'ADDRESS', 'LOGIN'], ...found.map(({ name, url, login }) => [name, url, login])]),
  )
  console.log(`\n${podTable(pods, sources)}\n\n${machineTable(machine)}`)
  if (pods.length === 0) console.log('\nThe cluster is there, but no pod of the bank: ./dway up starts it')
  for (const { service, pod, state } of unhealthy)
    console.log(`\n${pod}: ${state}. See ./dway logs ${service}`)
  for (const image of images ?? []) console.log(`\n${describeImage(image)}`)
  if (lockfile !== undefined) console.log(`\nImages with npm packages cannot be built: ${lockfile}`)
  if (!images) console.log('\nNo Tilt answers: an edit reaches no container. ./dway up starts it.')
  for (const line of sources.map(describeSources).filter((line) => line !== undefined))
    console.log(`\n${line}`)
})
