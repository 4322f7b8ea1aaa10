import { describe, expect, it } from 'vitest'
import { rememberFor } from './said-lately.ts'

describe('what was said lately', () => {
  it('is said once for each key, and again after a while', async () => {
    let time = 0
    const said: string[] = []
    const lately = rememberFor(1000, () => time)
    const say = (...key: string[]) =>
      lately.once(key, async () => {
        said.push(key.join(' '))
        return Promise.resolve()
      })
    await say('a')
    await say('a')
    await say('b', 'a')
    await say('b a')
    time = 999
    await say('a')
    time = 1001
    await say('a')
    expect(said).toEqual(['a', 'b a', 'b a', 'a'])
  })

  it('is tried again when it failed', async () => {
    const lately = rememberFor(1000)
    const failed = lately.once(['a'], () => Promise.reject(new Error('no answer')))
    await expect(failed).rejects.toThrow('no answer')
    let said = 0
    await lately.once(['a'], async () => {
      said += 1
      return Promise.resolve()
    })
    expect(said).toBe(1)
  })
})
