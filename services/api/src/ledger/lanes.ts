import { Unavailable } from '../errors.ts'

/** Lets only a few pieces of work a key run at once; the others wait here, in their order. */
export interface Lanes {
  /**
   * Runs `work` in the lanes of all `keys`. Everybody must name them in one order.
   * @throws {Unavailable} when a lane stayed full for too long; `work` was not run then.
   */
  run<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result>
}

interface Lane {
  running: number
  waiting: Set<() => void>
}

/**
 * A request that waits for the lock of a hot account, or of a customer who opens several, holds a connection. Where such
 * requests wait in a lane instead, the others' requests find a connection.
 */
export function createLanes({ width = 4, patienceMs = 3000 } = {}): Lanes {
  const lanes = new Map<string, Lane>()

  async function enter(key: string): Promise<void> {
    const lane = lanes.get(key) ?? { running: 0, waiting: new Set() }
    lanes.set(key, lane)
    if (lane.running < width) {
      lane.running++
      return
    }
    await new Promise<void>((resolve, reject) => {
      const proceed = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        lane.waiting.delete(proceed)
        const cause = new Error(`its lane was full for ${patienceMs} ms`)
        reject(new Unavailable('account', { cause }))
      }, patienceMs)
      lane.waiting.add(proceed)
    })
  }

  function leave(key: string): void {
    const lane = lanes.get(key)
    if (!lane) return
    const [next] = lane.waiting
    if (next) {
      // The place goes on to who has waited longest.
      lane.waiting.delete(next)
      next()
    } else if (--lane.running === 0) lanes.delete(key)
  }

  async function run<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const [key, ...rest] = keys
    if (key === undefined) return work()
    await enter(key)
    try {
      return await run(rest, work)
    } finally {
      leave(key)
    }
  }

  return { run }
}
