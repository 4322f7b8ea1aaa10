// What the commands that the scripts run print when not the bank but what it stands on is at fault.

const faults: readonly [pattern: RegExp, line: string][] = [
  [
    /cannot connect to the docker daemon|error during connect:|is the docker daemon running/i,
    'the Docker engine stopped: ./dway up starts it again. The data is kept',
  ],
  [
    /no space left on device|disk quota exceeded/i,
    "the Docker engine's disk is full: ./dway prune frees what caches keep; then run the same command again",
  ],
  [
    /too many open files/i,
    "the engine's machine has no inotify instance left for another cluster: raise the limit with 'sudo sysctl fs.inotify.max_user_instances=512', or take another cluster down, then ./dway up",
  ],
  [
    /certificate has expired or is not yet valid|certificate is not yet valid/i,
    "a certificate of this checkout's cluster is not valid at what this machine's clock says: set the clock",
  ],
]

/** The one line for a fault of the surroundings that a command's words show; undefined if they show none. */
export function faultIn(words: string): string | undefined {
  const clock = /current time (\S+) is (?:before|after) (\S+)/.exec(words)
  if (clock)
    return `this machine's clock says ${clock[1]}, but a certificate of the cluster says ${clock[2]}: set the clock`
  return faults.find(([pattern]) => pattern.test(words))?.[1]
}
