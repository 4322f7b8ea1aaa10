import { describe, expect, it } from 'vitest'
import { judgeBalance, judgeDigest, judgeSession, judgeTransfer } from './drill-checks.ts'

const kept = { when: 'before the moment', id: '1', amount: 101, kept: true }
const lost = { when: 'after the moment', id: '2', amount: 404, kept: false }

describe('a transfer of the drill', () => {
  it.each([
    [kept, 200, 'passed'],
    [kept, 404, 'failed'],
    [kept, 401, 'could not verify'],
    [kept, 503, 'could not verify'],
    [lost, 404, 'passed'],
    [lost, 200, 'failed'],
    [lost, 401, 'could not verify'],
    [lost, 503, 'could not verify'],
  ])('%j that is answered by %i: %s', (transfer, status, verdict) => {
    expect(judgeTransfer(transfer, status)).toMatchObject({ verdict })
  })
})

describe('the account that was paid', () => {
  it.each([
    [101, 'passed'],
    [0, 'failed'],
    [505, 'failed'],
    [undefined, 'could not verify'],
  ])('with %s: %s', (balance, verdict) => {
    expect(judgeBalance([kept, lost], balance)).toMatchObject({ verdict })
  })
})

describe('the digest', () => {
  it.each([
    ['a', 'a', 'a', 'passed'],
    ['a', 'a', 'b', 'failed'],
    // Nobody knows which of the two was that of the moment.
    ['a', 'b', 'a', 'could not verify'],
    ['a', 'b', 'b', 'could not verify'],
    ['a', 'b', 'c', 'could not verify'],
  ])('%s before, %s after, %s restored: %s', (before, after, restored, verdict) => {
    expect(judgeDigest(before, after, restored)).toMatchObject({ verdict })
  })
})

describe('the session', () => {
  it.each([
    [200, 'passed'],
    [401, 'failed'],
    [503, 'could not verify'],
  ])('that is answered by %i: %s', (status, verdict) => {
    expect(judgeSession(status)).toMatchObject({ verdict })
  })
})
