/** Gives a value for a scrape; undefined while whoever has it doesn't answer. */
export type Reading<Value> = () => Promise<Value | undefined>

export interface ReadingOptions {
  /** So long a value is given again before the next is read. */
  keptMs: number
  /** A scrape doesn't wait for longer; a value that comes later is for the next one. */
  limitMs: number
  /** Is told why there is no value. */
  onFailure: (error: unknown) => void
}

/** Makes a reading of something that costs time: at most one is under way, however many scrapes ask. */
export function createReading<Value>(
  read: () => Promise<Value>,
  { keptMs, limitMs, onFailure }: ReadingOptions,
): Reading<Value> {
  let kept: { value: Value; at: number } | undefined
  let underWay: Promise<Value> | undefined

  async function readAndKeep(): Promise<Value> {
    try {
      const value = await read()
      kept = { value, at: performance.now() }
      return value
    } finally {
      underWay = undefined
    }
  }

  return async () => {
    if (kept && performance.now() - kept.at < keptMs) return kept.value
    underWay ??= readAndKeep()
    try {
      return await within(limitMs, underWay)
    } catch (error) {
      onFailure(error)
      return undefined
    }
  }
}

async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
