import { numberFormat } from './formats.ts'
import { currentlySpoken } from './language.ts'

export type ParsedAmount = { ok: true; minor: number } | { ok: false; problem: string }

const GROUP_SPACES = /(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))/g

/**
 * Reads an amount in major units ("12", "12.5", "1 234,50") as an integer of minor units. It works on the
 * digits alone, so no amount ever passes through a binary fraction.
 */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const { wrong } = currentlySpoken().messages
  const written = text.trim().replace(GROUP_SPACES, '')
  if (written === '') return refuse(wrong.amount)
  const match = /^(\d+)(?:[.,](\d*))?$/.exec(written)
  if (!match) return refuse(wrong.amountDigits)
  const [, whole = '', fraction = ''] = match
  const digits = minorDigits(currency)
  if (fraction.length > digits) return refuse(digits === 0 ? wrong.amountWhole : wrong.amountFine(digits))
  const minor = BigInt(whole + fraction.padEnd(digits, '0'))
  if (minor === 0n) return refuse(wrong.amountZero)
  if (minor > BigInt(Number.MAX_SAFE_INTEGER)) return refuse(wrong.amountLarge)
  return { ok: true, minor: Number(minor) }
}

/** Writes an integer of minor units with its currency, for example "€1,234.50". */
export function formatMoney(minor: number, currency: string, sign: 'auto' | 'exceptZero' = 'auto'): string {
  const format = numberFormat(currentlySpoken().locale, {
    style: 'currency',
    currency,
    signDisplay: sign,
  })
  return format.format(decimal(minor, minorDigits(currency)))
}

/** Writes minor units as somebody would type them: "1234.50" or "1234,50". */
export function plainAmount(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  const format = numberFormat(currentlySpoken().locale, {
    useGrouping: false,
    minimumFractionDigits: digits,
  })
  return format.format(decimal(minor, digits))
}

/** Writes about how much it is, as briefly as a picture needs it: "€1.2k". */
export function formatRoughly(minor: number, currency: string): string {
  const format = numberFormat(currentlySpoken().locale, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumSignificantDigits: 3,
  })
  return format.format(decimal(minor, minorDigits(currency)))
}

/** Adds up balances, a total for each currency, in the order in which the currencies first appear. */
export function totals(
  accounts: { balance: number; currency: string }[],
): { minor: number; currency: string }[] {
  const sums = new Map<string, number>()
  for (const { balance, currency } of accounts) sums.set(currency, (sums.get(currency) ?? 0) + balance)
  return [...sums].map(([currency, minor]) => ({ currency, minor }))
}

function decimal(minor: number, digits: number): Intl.StringNumericLiteral {
  const all = Math.abs(minor)
    .toString()
    .padStart(digits + 1, '0')
  const whole = all.slice(0, all.length - digits)
  const fraction = digits > 0 ? `.${all.slice(-digits)}` : ''
  return `${minor < 0 ? '-' : ''}${whole}${fraction}` as Intl.StringNumericLiteral
}

function minorDigits(currency: string): number {
  const { maximumFractionDigits } = numberFormat(currentlySpoken().locale, {
    style: 'currency',
    currency,
  }).resolvedOptions()
  return maximumFractionDigits ?? 2
}

function refuse(problem: string): ParsedAmount {
  return { ok: false, problem }
}
