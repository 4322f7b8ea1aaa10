import { formatRoughly } from '../money.ts'
import { axisTicks } from '../scale.ts'
import { Plot } from './plot.tsx'
import styles from './plot.module.css'

interface BarPlotProps {
  bars: { label: string; fullLabel: string; minor: number }[]
  currency: string
  summary: string
  columns: [string, string]
}

/** Amounts side by side. */
export function BarPlot({ bars, currency, summary, columns }: BarPlotProps) {
  const ticks = axisTicks(bars.map(({ minor }) => minor))
  const most = ticks.at(-1) ?? 1
  const width = 100 / Math.max(1, bars.length)
  return (
    <Plot
      ticks={ticks}
      currency={currency}
      summary={summary}
      columns={columns}
      rows={bars.map(({ fullLabel, minor }) => ({ label: fullLabel, minor }))}
      axis={
        <div className={styles['months']}>
          {bars.map(({ label, minor }) => (
            <p key={label}>
              {label}
              <span className={styles['value']}>{formatRoughly(minor, currency)}</span>
            </p>
          ))}
        </div>
      }
    >
      {bars.map(({ label, minor }, at) => {
        const height = (minor / most) * 100
        return (
          <rect
            className={styles['bar']}
            x={(at + 0.2) * width}
            y={100 - height}
            width={0.6 * width}
            height={height}
            key={label}
          />
        )
      })}
    </Plot>
  )
}
