import { setTimeout as sleep } from 'node:timers/promises'

export interface Readiness {
  /** From now on the answer is no, so that no new requests are sent here. */
  drain(): void
  draining(): boolean
  check(): Promise<Verdict>
}

export interface Verdict {
  ready: boolean
  checks: Record<string, string>
}

type Check = () => Promise<unknown>

/** A server that takes longer can't serve anyone, and a probe doesn't wait for ever. */
const LIMIT_MS = 2000

/** Combines named checks; each is asked every time and fails when it throws or takes too long. */
export function createReadiness(checks: Record<string, Check>, limitMs = LIMIT_MS): Readiness {
  let draining = false
  return {
    drain: () => {
      draining = true
    },
    draining: () => draining,
    check: async () => {
      if (draining) return { ready: false, checks: { process: 'draining' } }
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await outcome(check, limitMs)] as const),
      )
      return { ready: results.every(([, said]) => said === 'ok'), checks: Object.fromEntries(results) }
    },
  }
}

async function outcome(check: Check, limitMs: number): Promise<string> {
  const limit = new AbortController()
  const late = sleep(limitMs, `no answer within ${limitMs} ms`, { signal: limit.signal })
  try {
    return await Promise.race([check().then(() => 'ok'), late])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    limit.abort()
    await late.catch(() => undefined)
  }
}
