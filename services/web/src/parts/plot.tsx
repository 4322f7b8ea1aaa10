import { type ReactNode, useState } from 'react'
import { useMessages } from '../language.ts'
import { formatMoney, formatRoughly } from '../money.ts'
import styles from './plot.module.css'

interface PlotProps {
  ticks: number[]
  currency: string
  /** What the picture shows, in a sentence. */
  summary: string
  columns: [string, string]
  rows: { label: string; minor: number }[]
  /** What lies in the picture, of the height and the width 100. */
  children: ReactNode
  /** The words below the picture. */
  axis: ReactNode
}

/** A picture of amounts with its axes, and the same amounts as a table, once somebody opens it. */
export function Plot({ ticks, currency, summary, columns, rows, children, axis }: PlotProps) {
  const messages = useMessages()
  const [isOpen, setOpen] = useState(false)
  const [least = 0, most = 1] = [ticks[0], ticks.at(-1)]
  const heightOf = (tick: number) => 100 - ((tick - least) / (most - least)) * 100
  return (
    <>
      <p className="visually-hidden">{summary}</p>
      <div className={styles['plot']} aria-hidden="true">
        <ul className={styles['ticks']}>
          {ticks.toReversed().map((tick) => (
            <li key={tick}>{formatRoughly(tick, currency)}</li>
          ))}
        </ul>
        <svg className={styles['picture']} viewBox="0 0 100 100" preserveAspectRatio="none">
          {ticks.map((tick) => (
            <line
              className={styles['rule']}
              x1="0"
              x2="100"
              y1={heightOf(tick)}
              y2={heightOf(tick)}
              key={tick}
            />
          ))}
          {children}
        </svg>
        <div className={styles['axis']}>{axis}</div>
      </div>
      <details className={styles['details']} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{messages.asTable}</summary>
        {/* Of half a year it has 180 rows: they took almost half of the time in which the overview opens. */}
        {isOpen && <Table columns={columns} rows={rows} currency={currency} />}
      </details>
    </>
  )
}

function Table({ columns, rows, currency }: Pick<PlotProps, 'columns' | 'rows' | 'currency'>) {
  return (
    // It scrolls, so the keyboard must reach it.
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={columns[1]}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(({ label, minor }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{formatMoney(minor, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
