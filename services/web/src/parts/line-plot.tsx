import { axisTicks } from '../scale.ts'
import { Plot } from './plot.tsx'
import styles from './plot.module.css'

interface LinePlotProps {
  points: { label: string; minor: number }[]
  currency: string
  summary: string
  columns: [string, string]
}

/** How an amount went over time. */
export function LinePlot({ points, currency, summary, columns }: LinePlotProps) {
  const ticks = axisTicks(points.map(({ minor }) => minor))
  const [least = 0, most = 1] = [ticks[0], ticks.at(-1)]
  const heightOf = (minor: number) => 100 - ((minor - least) / (most - least)) * 100
  const width = 100 / points.length
  // An amount stays until something moves, so the line goes in steps: each point has a place of its own, the last one too.
  const path = points
    .map(({ minor }, at) => `${at === 0 ? 'M0 ' : 'V'}${heightOf(minor)}H${(at + 1) * width}`)
    .join('')
  return (
    <Plot
      ticks={ticks}
      currency={currency}
      summary={summary}
      columns={columns}
      rows={points}
      axis={
        <p className={styles['ends']}>
          <span>{points[0]?.label}</span>
          <span>{points.at(-1)?.label}</span>
        </p>
      }
    >
      <path className={styles['area']} d={`${path}V${heightOf(0)}H0Z`} />
      <path className={styles['line']} d={path} />
    </Plot>
  )
}
