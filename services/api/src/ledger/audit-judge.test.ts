import { describe, expect, it } from 'vitest'
import { judgeBooks, type Parts } from './audit-judge.ts'

const none = { count: 0, rows: [] }
const SOUND: Parts = {
  totals: { count: 1, rows: [{ currency: 'EUR', balances: '0', posted: '0', entries: 2, accounts: 2 }] },
  transfers: { count: 1, rows: [{ transfers: 1 }] },
  ...{ balances: none, strays: none, unbalanced: none, reversals: none, links: none },
}

const verdicts = (parts: Partial<Parts>) =>
  Object.fromEntries(judgeBooks(parts).map(({ name, verdict }) => [name, verdict]))

describe('a judgement of the books', () => {
  it('passes each check once all that belongs to it was read', () => {
    expect(new Set(Object.values(verdicts(SOUND)))).toEqual(new Set(['passed']))
    const { links: _, ...rest } = SOUND
    expect(verdicts(rest)).toEqual({
      ...{ totals: 'passed', transfers: 'passed', balances: 'passed', chain: 'could_not_verify' },
    })
    expect(new Set(Object.values(verdicts({})))).toEqual(new Set(['could_not_verify']))
  })

  it('fails by what was found, whatever else was not read', () => {
    const unequal = { currency: 'EUR', balances: '5', posted: '0', entries: 1, accounts: 2 }
    const stray = { id: 1, account: '2', sequence: 1, transfer_id: 't' }
    expect(verdicts({ totals: { count: 1, rows: [unequal] }, strays: { count: 1, rows: [stray] } })).toEqual({
      ...{ totals: 'failed', transfers: 'could_not_verify', balances: 'could_not_verify', chain: 'failed' },
    })
  })

  it('names the entry that is missing at the end of a chain', () => {
    const short = { account: '2', balance: 5, total: '4', last: 1, what: 'ends' as const }
    const [, , balances, chain] = judgeBooks({ ...SOUND, balances: { count: 1, rows: [short] } })
    expect(balances).toMatchObject({ verdict: 'failed', findings: [{ account: '2' }] })
    expect(chain).toMatchObject({ verdict: 'failed', count: 1, findings: [{ account: '2', sequence: 2 }] })
  })

  it('counts what is not listed', () => {
    const link = { id: 1, account: '2', sequence: 1, before_id: null, before_sequence: null }
    const links = { count: 250, rows: [{ ...link, what: 'changed' as const }] }
    expect(judgeBooks({ ...SOUND, links }).at(-1)).toMatchObject({ count: 250, findings: [{ account: '2' }] })
  })
})
