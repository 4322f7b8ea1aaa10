import { setImmediate as settle } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Unavailable } from '../errors.ts'
import { createLanes, type Lanes } from './lanes.ts'

/** Starts work that ends when it is told to. */
function begin(lanes: Lanes, keys: string[]) {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const state = { began: false }
  const ended = lanes.run(keys, async () => {
    state.began = true
    await promise
  })
  return { state, end: () => resolve(undefined), ended }
}

describe('lanes', () => {
  it('let a few through at once, and the others in the order in which they came', async () => {
    const lanes = createLanes({ width: 2 })
    const all = Array.from({ length: 4 }, () => begin(lanes, ['a']))
    const began = () => all.map(({ state }) => state.began)
    await settle()
    expect(began()).toEqual([true, true, false, false])
    all[1]?.end()
    await settle()
    expect(began()).toEqual([true, true, true, false])
    all[0]?.end()
    await settle()
    expect(began()).toEqual([true, true, true, true])
  })

  it('do not hold up another key', async () => {
    const lanes = createLanes({ width: 1 })
    begin(lanes, ['a'])
    const other = begin(lanes, ['b'])
    await settle()
    expect(other.state.began).toBe(true)
  })

  it('of several keys are all needed', async () => {
    const lanes = createLanes({ width: 1 })
    const first = begin(lanes, ['b'])
    const both = begin(lanes, ['a', 'b'])
    await settle()
    expect(both.state.began).toBe(false)
    first.end()
    await settle()
    expect(both.state.began).toBe(true)
  })

  it('go on after work that failed', async () => {
    const lanes = createLanes({ width: 1 })
    const failing = lanes.run(['a'], async () => {
      throw new Error('failed')
    })
    await expect(failing).rejects.toThrow('failed')
    expect(await lanes.run(['a'], async () => 1)).toBe(1)
  })

  it('are given up after a while, and left as they were', async () => {
    const lanes = createLanes({ width: 1, patienceMs: 5 })
    const slow = begin(lanes, ['b'])
    const error: unknown = await lanes.run(['a', 'b'], async () => 1).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Unavailable)
    expect(error).toMatchObject({ dependency: 'account', message: 'an account was busy for too long' })
    slow.end()
    await slow.ended
    expect(await lanes.run(['a', 'b'], async () => 1)).toBe(1)
  })
})
