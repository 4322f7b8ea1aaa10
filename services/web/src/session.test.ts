import { onlineManager } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import type { Customer } from './api/bank.ts'
import { readAnyEntries } from './operator/bank.ts'
import { accountsQuery, entriesQuery } from './queries.ts'
import {
  forgetSession,
  queryClient,
  sessionAfter,
  sessionQuery,
  watchSession,
  withoutReads,
} from './session.ts'

const customer = (id: string): Customer => ({ id, name: id, email: `${id}@example.org`, role: 'customer' })

describe('a session, once the bank has said anew who is logged in', () => {
  it('goes on with the same customer, whatever they are called by now', () => {
    const renamed = { ...customer('ada'), name: 'Ada Lovelace' }
    expect(sessionAfter({ customer: customer('ada') }, renamed)).toEqual({ customer: renamed })
  })

  it("becomes another customer's, and says so until they go on", () => {
    const replaced = sessionAfter({ customer: customer('ada') }, customer('bob'))
    expect(replaced).toEqual({ customer: customer('bob'), notice: 'replaced' })
    expect(sessionAfter(replaced, customer('bob'))).toEqual(replaced)
  })

  it('has ended when nobody is logged in any more, and what was said of its end stays', () => {
    expect(sessionAfter({ customer: customer('ada') }, null)).toEqual({ customer: null, notice: 'ended' })
    const loggedOut = { customer: null, notice: 'loggedOut' } as const
    expect(sessionAfter(loggedOut, null)).toBe(loggedOut)
  })

  it('begins without a word', () => {
    expect(sessionAfter(undefined, customer('ada'))).toEqual({ customer: customer('ada') })
    expect(sessionAfter({ customer: null, notice: 'ended' }, customer('ada'))).toEqual({
      customer: customer('ada'),
    })
  })
})

describe('what ends the session at the bank', () => {
  it.each([true, false])(
    'is done while nothing is read; what was asked for meanwhile is read only where it could not be done, with a network: %s',
    async (onLine) => {
      const asked: string[] = []
      const fetch = (path: string) => Promise.resolve((asked.push(path), Response.json({ accounts: [] })))
      vi.stubGlobal('fetch', fetch)
      vi.stubGlobal('navigator', { onLine })
      queryClient.mount()
      const end = (work: () => Promise<void>) =>
        withoutReads(async () => {
          void queryClient.query(accountsQuery).catch(() => undefined)
          await new Promise((resolve) => setTimeout(resolve, 20))
          expect(asked).toEqual([])
          await work()
        })

      await end(() => {
        forgetSession()
        return Promise.resolve()
      })
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(asked).toEqual([])
      await expect(end(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer')
      await expect.poll(() => asked).toEqual(['/api/accounts'])
      queryClient.unmount()
      forgetSession()
      vi.unstubAllGlobals()
    },
  )

  it('may be done twice at once: reads wait for both, and then they go on', async () => {
    vi.stubGlobal('navigator', { onLine: true })
    const first = Promise.withResolvers<undefined>()
    const second = Promise.withResolvers<undefined>()
    const [one, other] = [withoutReads(() => first.promise), withoutReads(() => second.promise)]
    first.resolve(undefined)
    await one
    expect(onlineManager.isOnline()).toBe(false)
    second.resolve(undefined)
    await other
    expect(onlineManager.isOnline()).toBe(true)
    vi.unstubAllGlobals()
  })
})

describe('coming back, and word of another page', () => {
  it('are one look, unless the word comes while the bank is asked: then it is asked once more', async () => {
    const page = new EventTarget()
    const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    const answers: ((answer: Response) => void)[] = []
    const fetch = () => new Promise<Response>((resolve) => answers.push(resolve))
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('document', document)
    vi.stubGlobal('fetch', fetch)
    const answer = (status: number, body: object) => answers.at(-1)?.(Response.json(body, { status }))
    const isAsked = (times: number) => expect.poll(() => answers.length).toBe(times)
    const another = new BroadcastChannel('dwaybank:session')
    const third = new BroadcastChannel('dwaybank:session')
    let heard = 0
    third.addEventListener('message', () => (heard += 1))
    watchSession()

    const read = queryClient.query(sessionQuery)
    answer(200, { customer: customer('ada') })
    await read
    const ofOperator = entriesQuery('1', {}, readAnyEntries).queryKey
    queryClient.setQueryData(accountsQuery.queryKey, [])
    queryClient.setQueryData(ofOperator, { pages: [], pageParams: [] })
    page.dispatchEvent(new Event('focus'))
    document.dispatchEvent(new Event('visibilitychange'))
    await isAsked(2)
    another.postMessage('changed')
    another.postMessage('changed')
    await expect.poll(() => heard).toBe(2)
    await new Promise((resolve) => setTimeout(resolve))
    answer(200, { customer: customer('ada') })
    await isAsked(3)
    // What operators read is kept in a record: coming back is no reading.
    const isStale = (key: readonly unknown[]) => queryClient.getQueryState(key)?.isInvalidated
    expect([isStale(accountsQuery.queryKey), isStale(ofOperator)]).toEqual([true, false])
    answer(401, { code: 'unauthenticated' })
    await expect
      .poll(() => queryClient.getQueryData(sessionQuery.queryKey))
      .toEqual({ customer: null, notice: 'ended' })
    expect(answers).toHaveLength(3)

    another.postMessage('changed')
    await isAsked(4)
    another.close()
    third.close()
    vi.unstubAllGlobals()
  })
})
