import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Statement, StatementLine } from '../ledger/statement.ts'
import { statementCsv, text } from './csv.ts'
import { markup, Markup } from './markup.ts'
import { PAGE_POLICY, statementPage } from './page.ts'

const line = (more: Partial<StatementLine> = {}): StatementLine => ({
  sequence: 7,
  date: '2026-01-02',
  counterparty: '1234567889',
  counterpartyName: 'Bob',
  reference: 'Rent',
  amount: -123_450,
  balance: 876_550,
  ...more,
})

const statement = (batches: StatementLine[][], more: Partial<Statement> = {}): Statement => ({
  number: '0000000195',
  name: 'Current account',
  currency: 'EUR',
  holder: 'Ada',
  from: '2026-01-01',
  to: '2026-01-31',
  opening: 1_000_000,
  closing: batches.flat().at(-1)?.balance ?? 1_000_000,
  count: batches.flat().length,
  batches: async function* () {
    yield* batches
  },
  ...more,
})

async function csv(of: Statement): Promise<string> {
  let whole = ''
  for await (const part of statementCsv(of)) whole += part
  return whole
}

describe('a statement as CSV', () => {
  it('has a header, the balances around its lines, and ends each row as RFC 4180 says', async () => {
    const second = line({ sequence: 8, amount: 5, balance: 876_555, reference: '' })
    expect(await csv(statement([[line()], [second]]))).toBe(
      [
        'Date,Entry,Account,Counterparty,Reference,Amount,Balance,Currency',
        '2026-01-01,,,,Opening balance,,10000.00,EUR',
        '2026-01-02,7,1234567889,"Bob","Rent",-1234.50,8765.50,EUR',
        '2026-01-02,8,1234567889,"Bob","",0.05,8765.55,EUR',
        '2026-01-31,,,,Closing balance,,8765.55,EUR',
        '',
      ].join('\r\n'),
    )
  })

  it('has no cell that a spreadsheet would run', () => {
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', ' =1+1', '\u00a0=1', '＝1']) {
      expect(text(formula)).toBe(`"'${formula}"`)
    }
    expect(text('x;=1+1; @A1;-1')).toBe(`"x;'=1+1;' @A1;'-1"`)
    for (const harmless of ['Rent', 'a; b', '1+1', "it's", 'a=b', ''])
      expect(text(harmless)).toBe(`"${harmless}"`)
  })

  it('keeps quotes, commas and line ends inside of a cell', () => {
    expect(text('say "hi", \r\nAda')).toBe('"say ""hi"", \r\nAda"')
  })

  it('has no closing balance when its lines fail', async () => {
    const failing = statement([], {
      batches: async function* () {
        yield [line()]
        throw new Error('it does not add up')
      },
    })
    let seen = ''
    const reading = async () => {
      for await (const part of statementCsv(failing)) seen += part
    }
    await expect(reading()).rejects.toThrow('it does not add up')
    expect(seen).not.toContain('Closing balance')
  })
})

describe('a statement as a page', () => {
  it('says whose it is, the period and the balances', async () => {
    const page = await statementPage(statement([[line()]]))
    for (const shown of [
      'Ada',
      '0000 0001 95',
      '2026-01-01 to 2026-01-31',
      '10,000.00 EUR',
      '8,765.50 EUR',
    ]) {
      expect(page).toContain(shown)
    }
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
  })

  it('escapes whatever people wrote', async () => {
    const evil = '<script>alert("1")</script>&\''
    const page = await statementPage(
      statement([[line({ reference: evil, counterpartyName: evil })]], { holder: evil, name: evil }),
    )
    expect(page).not.toContain('<script')
    expect(page.split('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;&#38;&#39;')).toHaveLength(5)
  })

  it('has one style, the one that its policy names, and nothing from elsewhere', async () => {
    const page = await statementPage(statement([[line()]]))
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map((match) => match[1] ?? '')
    expect(styles).toHaveLength(1)
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64')
    expect(PAGE_POLICY).toContain(`default-src 'none'; style-src 'sha256-${hash}'`)
    expect(page).not.toMatch(/(src|href|style)=|url\(|@import|<script/)
    expect(styles[0]).toMatch(/size: A4/)
    expect(styles[0]).toMatch(/display: table-header-group/)
  })
})

describe('markup', () => {
  it('escapes what is put into it, and takes markup as it is', () => {
    expect(markup`<b>${'<'}</b>${1}${[markup`<i></i>`, new Markup('<u>')]}`.text).toBe(
      '<b>&#60;</b>1<i></i><u>',
    )
  })
})
