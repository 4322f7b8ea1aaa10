import { describe, expect, it } from 'vitest'
import { check, keysOf, isSettled, type Facts } from './check.ts'
import { figuresOf, doubts, verdictOf } from './figures.ts'
import { figureLines } from './print.ts'
import type { Event, Invoked, Ok } from './history.ts'

const START = 1000
const a = { id: 'account-a', number: '1000000001' }
const b = { id: 'account-b', number: '1000000002' }

let attempts = 0

const request = (key: string, amount = 10) => ({
  fromAccountId: a.id,
  toAccountNumber: b.number,
  amount,
  reference: key,
})

function invoke(key: string, more: Partial<Invoked> = {}): Event & Invoked {
  attempts += 1
  return { at: attempts, op: 'invoke', attempt: attempts, key, request: request(key), ...more }
}

function ok({ attempt, key, request: asked }: Invoked, id = `id-of-${key}`, replayed = false): Event & Ok {
  const { amount, reference, toAccountNumber } = asked
  const transfer = { id, amount, reference, from: a.number, to: toAccountNumber }
  return { at: attempt, op: 'ok', attempt, key, transfer, replayed }
}

const refused = (
  { attempt, key }: Invoked,
  code = 'insufficient_funds',
  more: { decided?: boolean; replayed?: boolean } = {},
): Event => ({
  at: attempt,
  op: 'fail',
  attempt,
  key,
  status: 422,
  code,
  decided: true,
  replayed: false,
  ...more,
})

/** Turned away before it was looked at. */
const away = (sent: Invoked) => refused(sent, 'too_many_requests', { decided: false })

/** The first acknowledgment of a key, given again. */
const replayed = (sent: Invoked) => ok(sent, undefined, true)

const unknown = ({ attempt, key }: Invoked): Event => ({
  at: attempt,
  op: 'info',
  attempt,
  key,
  reason: 'ECONNRESET',
})

/** The books after transfers of 10 from a to b, by key. */
function books(...keys: string[]): Facts {
  const moved = 10 * keys.length
  return {
    transfers: keys.map((key, index) => ({
      id: keys.indexOf(key) === index ? `id-of-${key}` : `another-of-${key}`,
      reference: key,
      fromAccountId: a.id,
      toAccountId: b.id,
      amount: 10,
      entries: [
        { accountId: a.id, amount: -10 },
        { accountId: b.id, amount: 10 },
      ],
    })),
    accounts: [
      { ...a, start: START, balance: START - moved, posted: START - moved, lowest: 0 },
      { ...b, start: START, balance: START + moved, posted: START + moved, lowest: 0 },
    ],
    ledger: [],
  }
}

const kinds = (history: Event[], facts: Facts) => new Set(check(history, facts).map(({ kind }) => kind))

/** A history in which every given key was acknowledged at once. */
const acknowledged = (...keys: string[]) =>
  keys.flatMap((key) => {
    const sent = invoke(key)
    return [sent, ok(sent)]
  })

describe('a history that fits the books', () => {
  it('has nothing against it: acknowledged, refused, repeated and settled', () => {
    const first = invoke('one')
    const again = invoke('one')
    const poor = invoke('poor')
    const stillPoor = invoke('poor')
    const lost = invoke('asked again')
    const settled = invoke('asked again')
    const other = invoke('one', { other: true, request: request('one other', 11) })
    const history = [
      ...[first, ok(first), again, replayed(again), other, refused(other, 'idempotency_key_reused')],
      ...[poor, refused(poor), stillPoor, refused(stillPoor, undefined, { replayed: true })],
      ...[lost, unknown(lost), settled, replayed(settled)],
    ]
    expect(check(history, books('one', 'asked again'))).toEqual([])
  })

  it('may turn requests away before they are looked at', () => {
    const throttled = invoke('one')
    const sent = invoke('one')
    expect(check([throttled, away(throttled), sent, ok(sent)], books('one'))).toEqual([])
  })
})

describe('what must not happen', () => {
  it('an acknowledged transfer that is not in the database is lost', () => {
    const found = check(acknowledged('one', 'two'), books('one'))
    expect(found[0]).toMatchObject({ kind: 'lost', key: 'two' })
  })

  it('a transfer that is there twice is doubled', () => {
    expect(check(acknowledged('one'), books('one', 'one'))[0]).toMatchObject({ kind: 'doubled', key: 'one' })
  })

  it('a transfer of another amount, side or reference is altered', () => {
    for (const change of [
      { amount: 11 },
      { toAccountId: a.id },
      { fromAccountId: b.id },
      { reference: 'two' },
    ]) {
      const facts = books('one')
      facts.transfers = facts.transfers.map((transfer) => ({ ...transfer, ...change }))
      expect(kinds(acknowledged('one'), facts), JSON.stringify(change)).toContain('altered')
    }
  })

  it('an acknowledgment of something else than was asked for is altered', () => {
    const sent = invoke('one')
    const answer = ok(sent)
    expect(kinds([sent, { ...answer, transfer: { ...answer.transfer, amount: 9 } }], books('one'))).toContain(
      'altered',
    )
  })

  it('a refused transfer is not in the database', () => {
    const sent = invoke('one')
    expect(kinds([sent, refused(sent)], books('one'))).toContain('refused but applied')
  })

  it('the same key has the same answer: one transfer, or one refusal', () => {
    const [first, second] = [invoke('one'), invoke('one')]
    expect(kinds([first, ok(first), second, ok(second, 'another')], books('one'))).toContain('answer changed')
    expect(kinds([first, ok(first), second, refused(second)], books('one'))).toContain('answer changed')
    expect(kinds([first, refused(first), second, refused(second, 'unknown_account')], books())).toContain(
      'answer changed',
    )
  })

  it('an answer that is given again is said to be, and no other', () => {
    const [first, second] = [invoke('one'), invoke('one')]
    const wrong = new Set(['wrong replay'])
    expect(kinds([first, ok(first), second, ok(second)], books('one'))).toEqual(wrong)
    expect(kinds([first, replayed(first), second, replayed(second)], books('one'))).toEqual(wrong)
    // Of two at once, either may have been first, and the first answer may have got lost.
    for (const answers of [
      [ok(first), replayed(second)],
      [replayed(first), ok(second)],
      [unknown(first), replayed(second)],
      [unknown(first), ok(second)],
    ])
      expect(kinds([first, second, ...answers], books('one'))).toEqual(new Set())
    // But not nobody.
    expect(kinds([first, second, replayed(first), replayed(second)], books('one'))).toEqual(wrong)
    expect(kinds([first, away(first), second, replayed(second)], books('one'))).toEqual(wrong)
    // Nor somebody who asked later, or for something else.
    expect(kinds([first, replayed(first), second, unknown(second)], books('one'))).toEqual(wrong)
    const other = invoke('one', { other: true, request: request('one other') })
    expect(kinds([first, other, unknown(other), replayed(first)], books('one'))).toEqual(wrong)
  })

  it('a refusal that is given again is said to be, if it is kept with the key', () => {
    const [first, second] = [invoke('one'), invoke('one')]
    const wrong = new Set(['wrong replay'])
    const again = (sent: Invoked) => refused(sent, undefined, { replayed: true })
    expect(kinds([first, refused(first), second, refused(second)], books())).toEqual(wrong)
    expect(kinds([first, again(first)], books())).toEqual(wrong)
    expect(kinds([first, second, again(first), again(second)], books())).toEqual(wrong)
    expect(kinds([first, second, again(first), refused(second)], books())).toEqual(new Set())
    expect(kinds([first, unknown(first), second, again(second)], books())).toEqual(new Set())
    for (const code of ['account_number_invalid', 'not_allowed', 'invalid_request'])
      expect(kinds([first, refused(first, code), second, refused(second, code)], books())).toEqual(new Set())
  })

  it('a transfer is taken back once, whoever asks', () => {
    const back = (key: string) => invoke(key, { request: { ...request(key), reverses: 'id-of-one' } })
    const [first, second] = [back('back'), back('back again')]
    const history = [first, ok(first), second]
    expect(kinds([...history, refused(second, 'already_reversed')], books('back'))).toEqual(new Set())
    expect(kinds([...history, ok(second)], books('back', 'back again'))).toEqual(new Set(['doubled']))
  })

  it('a key with another body is refused as such', () => {
    const first = invoke('one')
    const other = invoke('one', { other: true, request: request('one other') })
    expect(kinds([first, ok(first), other, ok(other, 'another')], books('one'))).toContain('key reused')
    expect(kinds([first, ok(first), other, refused(other)], books('one'))).toContain('key reused')
  })

  it('nobody moves money that nobody asked for', () => {
    expect(kinds(acknowledged('one'), books('one', 'unheard of'))).toContain('never asked for')
  })

  it('a transfer has the two entries that belong to it', () => {
    const facts = books('one')
    facts.transfers[0]?.entries.pop()
    expect(kinds(acknowledged('one'), facts)).toContain('entries')
  })

  it('a balance is what its transfers and its entries make', () => {
    const facts = books('one')
    const [first] = facts.accounts
    if (first) first.balance += 1
    expect(check(acknowledged('one'), facts).filter(({ kind }) => kind === 'balance')).toHaveLength(2)
  })

  it('no account was ever overdrawn', () => {
    const facts = books('one')
    const [first] = facts.accounts
    if (first) first.lowest = -1
    expect(kinds(acknowledged('one'), facts)).toEqual(new Set(['overdraft']))
  })

  it('every reader saw a total that adds up', () => {
    const read: Event = { at: 1, op: 'read', reader: 'total', wrong: '1999, not 2000' }
    expect(kinds([read], books())).toEqual(new Set(['wrong read']))
  })

  it('a session is kept, unless it was opened in the last moments before a kill of Redis', () => {
    const lost = new Set(['session lost'])
    const session = (opened: number): Event => ({ at: 30_000, op: 'session', customer: 'somebody', opened })
    const kill = (victim: string): Event => ({
      // Long after the front door served again.
      at: 25_000,
      op: 'kill',
      victim,
      killed: 10_000,
      outageMs: 4500,
    })
    for (const victim of ['redis', 'node']) {
      // Noticed long after, too.
      for (const opened of [8500, 10_200, 14_400])
        expect(kinds([session(opened), kill(victim)], books()), `${opened}`).toEqual(new Set())
      for (const opened of [7500, 14_600])
        expect(kinds([session(opened), kill(victim)], books()), `${opened}`).toEqual(lost)
    }
    expect(kinds([session(8500), kill('api')], books())).toEqual(lost)
    expect(kinds([session(29_900)], books())).toEqual(lost)
  })

  it('no client is answered what the API document does not allow', () => {
    const answer = {
      asked: 'GET /api/accounts',
      status: 503,
      wrong: 'header Retry-After is missing',
      text: '',
    }
    const event: Event = { at: 1, op: 'undocumented', ...answer }
    expect(check([event, { ...event, key: 'one' }], books())).toMatchObject([
      { kind: 'outside the document', what: expect.stringContaining('Retry-After is missing') as unknown },
      { kind: 'outside the document', key: 'one' },
    ])
  })

  it("the ledger's own check is heard", () => {
    expect(kinds([], { ...books(), ledger: ['account 1 is wrong'] })).toEqual(new Set(['ledger']))
  })
})

describe('what a run shows', () => {
  const nothing = { applied: 0, appliedNow: 0, refused: 0, unknown: 0 }
  const reads = Array.from({ length: 20 }, (_, at): Event[] =>
    ['accounts', 'entries', 'total'].map((reader) => ({ at, op: 'read', reader })),
  ).flat()
  const killed: Event = { at: 1300, op: 'kill', victim: 'api', killed: 50, outageMs: 1200 }

  it('passes with all transfers, kills and reads', () => {
    const figures = figuresOf([...acknowledged('one', 'two'), ...reads, killed], nothing, 1)
    expect(figures).toMatchObject({ transfers: 2, acknowledged: 2, kills: { api: 1 }, longestOutageMs: 1200 })
    expect(doubts(figures, { transfers: 2, kills: 1 })).toEqual([])
    expect(verdictOf([], [])).toBe('passed')
  })

  it('counts reversals apart, and is nothing when none of them was done', () => {
    const back = invoke('back', { request: { ...request('back'), reverses: 'id-of-one' } })
    const history = [...acknowledged('one'), ...reads, back]
    const figures = (answer: Event) => figuresOf([...history, answer], nothing, 1)
    const done = figures(ok(back))
    expect(done).toMatchObject({ transfers: 1, acknowledged: 1, reversals: { sent: 1, acknowledged: 1 } })
    expect(doubts(done, { transfers: 1, kills: 0 })).toEqual([])
    expect(doubts(done, { transfers: 2, kills: 0 })).toHaveLength(1)
    expect(doubts(figures(refused(back, 'not_allowed')), { transfers: 1, kills: 0 })).toHaveLength(1)
  })

  it('counts the requests of both together, and says so', () => {
    const back = invoke('back', { request: { ...request('back'), reverses: 'id-of-one' } })
    const figures = figuresOf([...acknowledged('one', 'two'), back, ok(back)], nothing, 1)
    expect(figureLines({ seed: 1, file: 'record', figures }).slice(0, 2)).toEqual([
      '2 transfers and 1 reversals in 3 requests',
      'transfers: 2 acknowledged, 0 refused (none)',
    ])
  })

  it('is nothing when fewer than a quarter of many reversals were done', () => {
    const sent = Array.from({ length: 20 }, (_, number) => `back ${number}`).map((key) =>
      invoke(key, { request: { ...request(key), reverses: key } }),
    )
    const said = (done: number) => {
      const answers = sent.flatMap((back, at) => [back, at < done ? ok(back) : refused(back)])
      return doubts(figuresOf([...answers, ...reads], nothing, 1), { transfers: 0, kills: 0 })
    }
    expect(said(5)).toEqual([])
    expect(said(4)).toEqual(['only 4 of 20 reversals were acknowledged'])
  })

  it('is nothing when too little was acknowledged, killed, read or settled', () => {
    const sent = ['one', 'two', 'three'].map((key) => invoke(key))
    const poor = sent.flatMap((asked, index) => [asked, index === 0 ? ok(asked) : refused(asked)])
    const said = doubts(figuresOf(poor, { ...nothing, unknown: 1 }, 1), { transfers: 4, kills: 1 })
    expect(said).toHaveLength(7)
    expect(verdictOf([], said)).toBe('could not verify')
    expect(verdictOf([{ kind: 'lost', what: '' }], said)).toBe('failed')
  })

  it('is nothing while an outcome is unknown', () => {
    const sent = invoke('one')
    const [record] = keysOf([sent, unknown(sent)]).values()
    expect(record && isSettled(record)).toBe(false)
    expect(verdictOf(check([sent, unknown(sent)], books()), [])).toBe('could not verify')
  })
})
