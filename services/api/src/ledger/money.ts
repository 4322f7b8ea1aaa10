const digitsByCurrency = new Map<string, number>()

/**
 * Writes an integer of minor units in major units, for example "-1234.50". It works on the digits alone, so no
 * amount ever passes through a binary fraction.
 */
export function decimalAmount(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  const all = String(Math.abs(minor)).padStart(digits + 1, '0')
  const whole = all.slice(0, all.length - digits)
  const fraction = digits > 0 ? `.${all.slice(-digits)}` : ''
  return `${minor < 0 ? '-' : ''}${whole}${fraction}`
}

/** Like `decimalAmount`, for people: "-1,234.50". */
export function groupedAmount(minor: number, currency: string): string {
  return decimalAmount(minor, currency).replace(/\d(?=(\d{3})+(?!\d))(?<!\.\d*)/g, '$&,')
}

/** How many digits a currency has after the point: 2 for EUR, none for JPY. */
function minorDigits(currency: string): number {
  const known = digitsByCurrency.get(currency)
  if (known !== undefined) return known
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions()
  digitsByCurrency.set(currency, maximumFractionDigits)
  return maximumFractionDigits
}
