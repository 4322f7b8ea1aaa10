import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { newCustomer, refusalOf } from '../support/visitor.ts'

const ann = await newCustomer()
const bob = await newCustomer()
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)

const statement = (query: string) => ann.visitor.ask(`/accounts/${ann.account.id}/statement?${query}`)
const period = `from=${yesterday}&to=${tomorrow}`

beforeAll(async () => {
  const body = { fromAccountId: ann.account.id, toAccountNumber: bob.account.number, amount: 1250 }
  expect((await ann.visitor.transfer({ ...body, reference: '=1+1 "<b>"' })).status).toBe(201)
})

describe('a statement as CSV', () => {
  it('is a file to keep, in which the balance adds up and nothing is a formula', async () => {
    const answer = await statement(`${period}&format=csv`)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^text\/csv; charset=utf-8/)
    expect(answer.headers['content-disposition']).toBe(
      `attachment; filename="statement-${ann.account.number}-${yesterday}-${tomorrow}.csv"`,
    )
    const rows = answer.text.split('\r\n')
    expect(rows[0]).toBe('Date,Entry,Account,Counterparty,Reference,Amount,Balance,Currency')
    expect(rows[1]).toBe(`${yesterday},,,,Opening balance,,0.00,EUR`)
    expect(rows[2]).toMatch(/,1,0000000195,"DwayBank","Welcome to DwayBank",1000.00,1000.00,EUR$/)
    expect(rows[3]).toMatch(
      new RegExp(`,2,${bob.account.number},"Tess Tester","'=1\\+1 ""<b>""",-12.50,987.50,EUR$`),
    )
    expect(rows.slice(4)).toEqual([`${tomorrow},,,,Closing balance,,987.50,EUR`, ''])
  })
})

describe('a statement as a page', () => {
  it('comes through the front door with a policy that allows its own style and nothing else', async () => {
    const answer = await statement(`${period}&format=html`)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    const style = /<style>([^]*)<\/style>/.exec(answer.text)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(answer.headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    for (const shown of [
      'Tess Tester',
      '987.50 EUR',
      '=1+1 &#34;&#60;b&#62;&#34;',
      `${yesterday} to ${tomorrow}`,
    ]) {
      expect(answer.text).toContain(shown)
    }
  })
})

describe('statements', () => {
  it('are made for one address a few at a time', async () => {
    const often = <Result>(ask: () => Promise<Result>) => Promise.all(Array.from({ length: 60 }, ask))
    // On connections that are open already, the questions come at once.
    await often(() => ann.visitor.ask('/me'))
    const answers = await often(() => statement(`${period}&format=csv`))
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.length).toBeLessThan(answers.length)
    for (const answer of refused) {
      expect(refusalOf(answer, 429)).toBe('too_many_requests')
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.headers['retry-after']).toBe('60')
    }
    expect((await statement(`${period}&format=csv`)).status).toBe(200)
  })
})

describe('a statement is refused', () => {
  it.each([
    'from=2026-01-01&to=2026-01-31&format=pdf',
    'from=2026-01-01&to=2026-01-31',
    'from=2026-02-01&to=2026-01-31&format=csv',
    'to=2026-01-31&format=csv',
    'from=2026-01-32&to=2026-02-01&format=csv',
  ])('for %s', async (query) => {
    expect((await statement(query)).status).toBe(400)
  })

  it('to a HEAD, which would read it all for nobody', async () => {
    const path = `/accounts/${ann.account.id}/statement?${period}&format=csv`
    expect((await ann.visitor.ask(path, { method: 'HEAD', undocumented: true })).status).toBe(405)
  })
})
