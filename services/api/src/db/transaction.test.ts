import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../errors.ts'
import { retrying } from './transaction.ts'

function failure(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('failed', 0, 'error')
  error.code = code
  return error
}

/** An attempt that fails with each of `codes` in turn, then succeeds. */
function failing(...codes: string[]) {
  const waits: number[] = []
  let attempts = 0
  let retries = 0
  const run = retrying(
    async () => {
      const code = codes[attempts++]
      if (code !== undefined) throw failure(code)
      return attempts
    },
    { wait: async (milliseconds) => waits.push(milliseconds), onRetry: () => retries++ },
  )
  return { run, waits, retries: () => retries }
}

describe('a transaction', () => {
  it('is tried again after a serialization failure or a deadlock', async () => {
    const { run, waits, retries } = failing('40001', '40P01')
    expect(await run).toBe(3)
    expect(retries()).toBe(2)
    expect(waits).toHaveLength(2)
    expect(waits.every((wait) => wait >= 0 && wait < 100)).toBe(true)
  })

  it.each(['40001', '40P01'])('is given up for now after five attempts that failed by %s', async (code) => {
    const { run, waits, retries } = failing(code, code, code, code, code, code)
    const error: unknown = await run.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ dependency: 'account', cause: { code } })
    expect(waits).toHaveLength(4)
    expect(retries()).toBe(4)
  })

  it('is not tried again after any other failure', async () => {
    const { run, waits, retries } = failing('23514')
    await expect(run).rejects.toMatchObject({ code: '23514' })
    expect(waits).toEqual([])
    expect(retries()).toBe(0)
  })
})
