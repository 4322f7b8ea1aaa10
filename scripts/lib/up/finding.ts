/** What can keep a part of the bank from running. */
export type Cause =
  | 'bad-manifest'
  | 'build-failed'
  | 'code-error'
  | 'crash'
  | 'image-pull'
  | 'migration-failed'
  | 'missing-config'
  | 'never-ready'
  | 'never-started'
  | 'no-dns'
  | 'node-not-ready'
  | 'node-unfit'
  | 'out-of-memory'
  | 'refused'
  | 'stale-code'
  | 'timeout'
  | 'unschedulable'
  | 'volume-full'
  | 'volume-unavailable'

interface Description {
  /** Follows the part's name in a sentence. */
  title: string
  /** What `./dway up` ends with. */
  exitCode: 3 | 4 | 5 | 6
  /** What to do about it; `part` is the resource's name. */
  remedy: (part: string) => string
}

const mendManifest = (part: string) =>
  `mend the manifest of ${part} below k8s/: Tilt applies it when it is saved`

/** What is said of each cause. */
export const descriptions: Record<Cause, Description> = {
  'bad-manifest': {
    title: 'has a manifest that cannot be used',
    exitCode: 5,
    remedy: () => 'mend that line: Tilt tries again when the file is saved',
  },
  'build-failed': {
    title: 'has an image that cannot be built',
    exitCode: 4,
    remedy: (part) => `mend what the build stopped at, in services/${part} or its Dockerfile`,
  },
  'code-error': {
    title: 'has a mistake in its code',
    exitCode: 6,
    remedy: () => 'mend the code: it goes live when it is saved',
  },
  crash: {
    title: 'ends as soon as it starts',
    exitCode: 6,
    remedy: (part) => `read its last words with ./dway logs ${part}, and mend what they name`,
  },
  'image-pull': {
    title: 'has an image that cannot be pulled',
    exitCode: 6,
    remedy: (part) =>
      `give ${part} an image that the Tiltfile builds (dway/NAME), or check the image's name and tag`,
  },
  'migration-failed': {
    title: 'failed, so the api waits for a schema that does not come',
    exitCode: 6,
    remedy: () => 'mend the migration in services/api/migrations: nothing of it was applied',
  },
  'missing-config': {
    title: 'asks for a Secret or ConfigMap that is not there',
    exitCode: 6,
    remedy: (part) =>
      `correct the name or key in the manifest of ${part}, or add the Secret to scripts/lib/secrets.ts`,
  },
  'never-ready': {
    title: 'runs but does not become ready',
    exitCode: 6,
    remedy: (part) => `check the readiness probe of ${part} and what the service answers to it`,
  },
  'never-started': {
    title: 'was stopped because its probe does not succeed',
    exitCode: 6,
    remedy: (part) => `check the startup and liveness probes of ${part} and the port it listens on`,
  },
  'no-dns': {
    title: 'cannot look up names',
    exitCode: 6,
    remedy: () =>
      'let every pod ask the name server: k8s/base/network/allow-dns.yaml, port 53 by UDP and TCP',
  },
  'node-not-ready': {
    title: 'does not become ready',
    exitCode: 3,
    remedy: () => 'wait and run ./dway up again; if it stays so, ./dway down and ./dway up make a new one',
  },
  'node-unfit': {
    title: 'cannot take pods',
    exitCode: 3,
    remedy: () => 'make room on the disk (./dway prune), or give the engine more memory',
  },
  'out-of-memory': {
    title: 'needs more memory than its limit',
    exitCode: 6,
    remedy: (part) => `raise resources.limits.memory of ${part}, or let it use less`,
  },
  refused: {
    title: 'has pods that the cluster refuses to make',
    exitCode: 5,
    remedy: mendManifest,
  },
  'stale-code': {
    title: 'does not run what the working tree holds',
    exitCode: 6,
    remedy: (part) => `let Tilt build ${part} anew: ./dway shell tilt trigger ${part}`,
  },
  timeout: {
    title: 'is not ready in time',
    exitCode: 6,
    remedy: (part) =>
      `look at it with ./dway logs ${part}; a slow machine gets longer with DWAY_UP_TIMEOUT=3000`,
  },
  unschedulable: {
    title: 'fits on no node',
    exitCode: 6,
    remedy: (part) => `ask for less in resources.requests of ${part}, or give the engine more`,
  },
  'volume-full': {
    title: 'has a full volume',
    exitCode: 6,
    remedy: (part) => `make the volume of ${part} larger, or remove what fills it`,
  },
  'volume-unavailable': {
    title: 'waits for a volume that cannot be mounted',
    exitCode: 6,
    remedy: mendManifest,
  },
}

/** Something that keeps a part from running, as it shows. */
export interface Finding {
  /** The part's name in Tilt. */
  resource: string
  cause: Cause
  /** What was seen, in one line. */
  message: string
  /** The lines that show it: of events, of states, of a log. */
  evidence: string[]
  /** How many seconds it must stand before it is certain: what heals by itself is gone by then. */
  patience: number
  /** Whose log tells more. */
  log?: { pod: string; container: string; previous: boolean }
  /** Takes the place of what is usually to be done. */
  remedy?: string
}
