import { describe, expect, it } from 'vitest'
import { createReadiness } from './readiness.ts'

const fine = async () => undefined

describe('readiness', () => {
  it('is given when every check answers', async () => {
    const readiness = createReadiness({ postgres: fine, redis: fine })
    expect(await readiness.check()).toEqual({ ready: true, checks: { postgres: 'ok', redis: 'ok' } })
  })

  it('is not given when one fails, and says why', async () => {
    const gone = async () => {
      throw new Error('redis is not available')
    }
    const { ready, checks } = await createReadiness({ postgres: fine, redis: gone }).check()
    expect(ready).toBe(false)
    expect(checks).toEqual({ postgres: 'ok', redis: 'redis is not available' })
  })

  it('does not wait for a check that hangs', async () => {
    const hanging = () => new Promise<never>(() => undefined)
    const { ready, checks } = await createReadiness({ postgres: hanging }, 20).check()
    expect(ready).toBe(false)
    expect(checks).toEqual({ postgres: 'no answer within 20 ms' })
  })

  it('ends when the process drains', async () => {
    const readiness = createReadiness({ postgres: fine })
    readiness.drain()
    expect(await readiness.check()).toEqual({ ready: false, checks: { process: 'draining' } })
  })
})
