import { formatMoney } from '../money.ts'

interface MoneyProps {
  minor: number
  currency: string
  /** Shows the direction: a sign always, and colour besides. */
  signed?: boolean
}

/** An amount of money in figures of equal width. */
export function Money({ minor, currency, signed = false }: MoneyProps) {
  const tone = signed ? (minor < 0 ? ' money-out' : ' money-in') : ''
  return (
    <span className={`money${tone}`}>{formatMoney(minor, currency, signed ? 'exceptZero' : 'auto')}</span>
  )
}
