/** So many are remembered at most; who is forgotten is recorded once more. */
const MOST = 10_000

/** Remembers for a while what was recorded, so that reading on or asking again is one row and not a hundred. */
export interface SaidLately {
  /** Does `record` unless it succeeded under the same key lately. */
  once(key: readonly string[], record: () => Promise<void>): Promise<void>
}

export function rememberFor(milliseconds: number, now: () => number = () => performance.now()): SaidLately {
  // In the order in which they were recorded.
  const until = new Map<string, number>()
  return {
    async once(parts, record) {
      const key = JSON.stringify(parts)
      if ((until.get(key) ?? 0) > now()) return
      await record()
      until.delete(key)
      until.set(key, now() + milliseconds)
      for (const [oldest, end] of until) {
        if (end > now() && until.size <= MOST) break
        until.delete(oldest)
      }
    },
  }
}
