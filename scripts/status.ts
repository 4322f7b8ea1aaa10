// status: shows what is up: addresses, pods, versions, ages, restarts, memory and disk
//
// Usage: ./dway status [--json]
//
// Ends with 1 if nothing runs, or if a pod is not as it should be.
//
//   --json  prints everything as JSON
import { addresses } from './lib/addresses.ts'
import { readArgs } from './lib/args.ts'
import { runVerb } from './lib/errors.ts'
import { requireCluster } from './lib/running.ts'
import { age, bytes } from './lib/status/format.ts'
import { machineStatus, type Machine } from './lib/status/machine.ts'
import { podStatuses, type PodStatus } from './lib/status/pods.ts'
import { table } from './lib/table.ts'

function podTable(pods: readonly PodStatus[]): string {
  const heading = ['SERVICE', 'POD', 'STATE', 'VERSION', 'AGE', 'RESTARTS', 'MEMORY', 'DISK']
  const rows = pods.map(({ service, pod, state, version, ageSeconds, restarts, memoryBytes, diskBytes }) => [
    service,
    pod,
    state,
    version ?? '–',
    age(ageSeconds),
    String(restarts),
    bytes(memoryBytes),
    bytes(diskBytes),
  ])
  return table([heading, ...rows], [4, 5, 6, 7])
}

function machineTable({ containers, versions, freeDiskBytes }: Machine): string {
  const parts = [
    ...containers.map(({ name, role, memoryBytes }) => [role, name, bytes(memoryBytes)]),
    ['disk', 'free for images and volumes', bytes(freeDiskBytes)],
  ]
  const list = Object.entries(versions).map(([name, value]) => `${name} ${value}`)
  return `${table([['PART', 'NAME', 'SIZE'], ...parts], [2])}\n\n${list.join(', ')}`
}

await runVerb('status', async () => {
  const { flags } = readArgs(import.meta.url)
  await requireCluster()
  const [found, pods, machine] = await Promise.all([addresses(), podStatuses(new Date()), machineStatus()])
  const unhealthy = pods.filter(({ healthy }) => !healthy)
  if (pods.length === 0 || unhealthy.length > 0) process.exitCode = 1
  if (flags['json']) {
    console.log(JSON.stringify({ up: process.exitCode !== 1, addresses: found, pods, ...machine }, null, 2))
    return
  }
  console.log(
    table([['WHAT', 'ADDRESS', 'LOGIN'], ...found.map(({ name, url, login }) => [name, url, login])]),
  )
  console.log(`\n${podTable(pods)}\n\n${machineTable(machine)}`)
  if (pods.length === 0) console.log('\nThe cluster is there, but no pod of the bank: ./dway up starts it')
  for (const { service, pod, state } of unhealthy)
    console.log(`\n${pod}: ${state}. See ./dway logs ${service}`)
})
