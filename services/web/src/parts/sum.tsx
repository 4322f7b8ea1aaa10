import { Money } from './money.tsx'
import styles from './sum.module.css'

interface SumProps {
  label: string
  note: string
  sums: { minor: number; currency: string }[]
}

/** The amount that a view is about, a line for each currency. */
export function Sum({ label, note, sums }: SumProps) {
  return (
    <section className={styles['sum']} aria-label={label}>
      <p className={styles['note']}>{note}</p>
      {sums.map(({ minor, currency }) => (
        <p className={styles['amount']} key={currency}>
          <Money minor={minor} currency={currency} />
        </p>
      ))}
    </section>
  )
}
