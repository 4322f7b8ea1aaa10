import { decimalAmount } from '../ledger/money.ts'
import type { Statement, StatementLine } from '../ledger/statement.ts'

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

const COLUMNS = ['Date', 'Entry', 'Account', 'Counterparty', 'Reference', 'Amount', 'Balance', 'Currency']

/** What a spreadsheet may take for a formula, if only after it has dropped what stands before. */
const FORMULA = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u

/** Where the semicolon separates cells, as in much of Europe, a row is split at each of them, quotes or not. */
const FORMULA_IN_NEXT_CELL = /;(?=[\s\p{Cc}]*[=+\-@＝＋－＠])/gu

/**
 * Writes a statement as RFC 4180 says, with a header row, and the opening and the closing balance as the first and
 * last row after it. It comes in parts, so that no statement is too long.
 */
export async function* statementCsv(statement: Statement): AsyncGenerator<string, void> {
  yield record(COLUMNS) + balanceRow(statement, statement.from, 'Opening balance', statement.opening)
  for await (const lines of statement.batches()) {
    yield lines.map((line) => lineRow(statement, line)).join('')
  }
  yield balanceRow(statement, statement.to, 'Closing balance', statement.closing)
}

function balanceRow({ currency }: Statement, date: string, label: string, balance: number): string {
  return record([date, '', '', '', label, '', decimalAmount(balance, currency), currency])
}

function lineRow({ currency }: Statement, line: StatementLine): string {
  return record([
    line.date,
    String(line.sequence),
    line.counterparty,
    text(line.counterpartyName),
    text(line.reference),
    decimalAmount(line.amount, currency),
    decimalAmount(line.balance, currency),
    currency,
  ])
}

function record(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`
}

/** A cell of what a person wrote: always quoted, and never run as a formula. */
export function text(value: string): string {
  const harmless = FORMULA.test(value) ? `'${value}` : value
  return `"${harmless.replace(FORMULA_IN_NEXT_CELL, ";'").replaceAll('"', '""')}"`
}
