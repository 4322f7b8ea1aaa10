import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createReading } from './reading.ts'

let failures: unknown[]
let asked: number

beforeEach(() => {
  vi.useFakeTimers()
  failures = []
  asked = 0
})
afterEach(() => vi.useRealTimers())

const readingOf = (read: () => Promise<number>) =>
  createReading(
    () => {
      asked++
      return read()
    },
    { keptMs: 30_000, limitMs: 1500, onFailure: (error) => failures.push(error) },
  )

it('gives a value again for its time, then reads the next', async () => {
  let value = 1
  const reading = readingOf(async () => value)
  expect(await reading()).toBe(1)
  value = 2
  vi.advanceTimersByTime(29_999)
  expect(await reading()).toBe(1)
  vi.advanceTimersByTime(1)
  expect(await reading()).toBe(2)
  expect(asked).toBe(2)
})

it('gives no old value when the next cannot be read, says why, and tries again at once', async () => {
  let value = async () => 1
  const reading = readingOf(() => value())
  expect(await reading()).toBe(1)
  const gone = new Error('gone')
  value = async () => {
    throw gone
  }
  vi.advanceTimersByTime(30_000)
  expect(await reading()).toBeUndefined()
  expect(failures).toEqual([gone])
  value = async () => 3
  expect(await reading()).toBe(3)
})

it('reads once for all who ask meanwhile', async () => {
  const answer = Promise.withResolvers<number>()
  const reading = readingOf(() => answer.promise)
  const both = Promise.all([reading(), reading()])
  answer.resolve(7)
  expect(await both).toEqual([7, 7])
  expect(asked).toBe(1)
})

it('waits no longer than its limit, asks nobody twice meanwhile, and keeps what comes late', async () => {
  const answer = Promise.withResolvers<number>()
  const reading = readingOf(() => answer.promise)
  for (const _ of [1, 2]) {
    const late = reading()
    await vi.advanceTimersByTimeAsync(1500)
    expect(await late).toBeUndefined()
  }
  expect(failures).toMatchObject([{ message: 'no answer within 1500 ms' }, {}])
  answer.resolve(7)
  expect(await reading()).toBe(7)
  expect(await reading()).toBe(7)
  expect(asked).toBe(1)
})
