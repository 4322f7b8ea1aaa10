import { classes } from '../classes.ts'
import { useSpoken } from '../language.ts'
import { formatMoney } from '../money.ts'
import styles from './money.module.css'

interface MoneyProps {
  minor: number
  currency: string
  /** Shows the direction: a sign always, and colour besides. */
  signed?: boolean
}

/** An amount of money in figures of equal width. */
export function Money({ minor, currency, signed = false }: MoneyProps) {
  useSpoken()
  return (
    <span className={classes(styles['money'], signed && minor > 0 && styles['in'])}>
      {formatMoney(minor, currency, signed ? 'exceptZero' : 'auto')}
    </span>
  )
}
