import os from 'node:os'

/** By how much everything takes longer because the machine is busy: processes that want to run for each processor. */
export function slowdown(): number {
  return Math.min(Math.max((os.loadavg()[0] ?? 0) / os.availableParallelism(), 1), 5)
}
