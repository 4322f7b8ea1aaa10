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

/** Combines named checks; each is asked every time and fails when it throws. */
export function createReadiness(checks: Record<string, Check>): Readiness {
  let draining = false
  return {
    drain: () => {
      draining = true
    },
    draining: () => draining,
    check: async () => {
      if (draining) return { ready: false, checks: { process: 'draining' } }
      const results = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
      )
      return { ready: results.every(([, said]) => said === 'ok'), checks: Object.fromEntries(results) }
    },
  }
}

async function outcome(check: Check): Promise<string> {
  try {
    await check()
    return 'ok'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
