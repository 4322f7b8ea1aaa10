import { createHash } from 'node:crypto'
import { groupedAmount } from '../ledger/money.ts'
import type { Statement, StatementLine } from '../ledger/statement.ts'
import { markup, Markup } from './markup.ts'

export const PAGE_TYPE = 'text/html; charset=utf-8'

/** A page of more is no longer read by anybody, and would be held in memory whole. */
export const MOST_LINES = 5000

const STYLE = `
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { margin: 2rem auto; max-width: 52rem; padding: 0 1rem; color: #111; background: #fff;
  font: 0.9rem/1.45 system-ui, sans-serif }
h1 { margin: 0; font-size: 1.3rem }
.bank { margin: 0 0 1.5rem; font-weight: 700; letter-spacing: 0.02em }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.5rem; margin: 1rem 0 1.5rem }
dt { color: #555 }
dd { margin: 0 }
table { width: 100%; border-collapse: collapse }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { padding: 0.3rem 0.5rem 0.3rem 0; text-align: start; vertical-align: top }
thead th { border-bottom: 2px solid #111 }
tbody td, tbody th { border-bottom: 1px solid #ddd }
.balance th, .balance td { font-weight: 700 }
.amount { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; padding-inline-end: 0 }
.date { white-space: nowrap }
.text { overflow-wrap: anywhere }
.number { color: #555; white-space: nowrap }
footer { margin-top: 1.5rem; color: #555 }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 9pt } }
`

/** Lets the page have its own style and nothing else. The proxy knows a policy of this form, and lets it through. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Writes a statement as one page to print, which needs nothing from elsewhere. */
export async function statementPage(statement: Statement): Promise<string> {
  const rows: Markup[] = []
  let [paidIn, paidOut] = [0, 0]
  for await (const lines of statement.batches()) {
    for (const line of lines) {
      if (line.amount > 0) paidIn += line.amount
      else paidOut += line.amount
      rows.push(lineRow(line, statement.currency))
    }
  }
  return `<!doctype html>\n${whole(statement, rows, { paidIn, paidOut }).text}`
}

function whole(
  statement: Statement,
  rows: readonly Markup[],
  sums: { paidIn: number; paidOut: number },
): Markup {
  const { number, name, currency, holder, from, to, opening, closing, count } = statement
  const money = (minor: number) => `${groupedAmount(minor, currency)} ${currency}`
  return markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Statement ${number}, ${from} to ${to}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="bank">DwayBank</p>
<h1>Account statement</h1>
<dl>
<dt>Customer</dt><dd class="text">${holder}</dd>
<dt>Account</dt><dd class="text">${groupNumber(number)} · ${name}</dd>
<dt>Period</dt><dd>${from} to ${to} (days in UTC)</dd>
<dt>Opening balance</dt><dd>${money(opening)}</dd>
<dt>Paid in</dt><dd>${money(sums.paidIn)}</dd>
<dt>Paid out</dt><dd>${money(sums.paidOut)}</dd>
<dt>Closing balance</dt><dd>${money(closing)}</dd>
</dl>
</header>
<main>
<table>
<thead>
<tr>
<th scope="col">Date</th>
<th scope="col">Counterparty</th>
<th scope="col">Reference</th>
<th scope="col" class="amount">Amount</th>
<th scope="col" class="amount">Balance</th>
</tr>
</thead>
<tbody>
${balanceRow(from, 'Opening balance', groupedAmount(opening, currency))}
${rows}
${balanceRow(to, 'Closing balance', groupedAmount(closing, currency))}
</tbody>
</table>
</main>
<footer>Amounts in ${currency}. Entries: ${count}.</footer>
</body>
</html>
`
}

function balanceRow(date: string, label: string, balance: string): Markup {
  return markup`<tr class="balance">
<td class="date">${date}</td>
<th scope="row" colspan="3">${label}</th>
<td class="amount">${balance}</td>
</tr>`
}

function lineRow(line: StatementLine, currency: string): Markup {
  return markup`<tr>
<td class="date">${line.date}</td>
<td class="text">${line.counterpartyName} <span class="number">${groupNumber(line.counterparty)}</span></td>
<td class="text">${line.reference}</td>
<td class="amount">${groupedAmount(line.amount, currency)}</td>
<td class="amount">${groupedAmount(line.balance, currency)}</td>
</tr>
`
}

/** Writes an account number as it is easiest to read: 1234 5678 90. */
function groupNumber(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, '$1 ')
}
