import { table } from '../table.ts'

/** What was found of one pair. */
export type Finding = 'works' | 'refused' | 'wrong' | 'unknown' | 'self'

export interface Cell {
  from: string
  to: string
  port: number
  finding: Finding
  /** Whether the policies allow it. */
  allowed: boolean
  detail: string
}

const marks: Record<Finding, string> = { works: '✓', refused: '·', wrong: '✗', unknown: '?', self: ' ' }

/** The pairs as a matrix: who asks in rows, who is asked in columns. */
export function matrix(cells: readonly Cell[]): string {
  const columns: { to: string; port: number }[] = []
  for (const { to, port } of cells) {
    if (!columns.some((column) => column.to === to && column.port === port)) columns.push({ to, port })
  }
  const rows = [...new Set(cells.map(({ from }) => from))].map((from) => [
    from,
    ...columns.map(({ to, port }) => {
      const cell = cells.find(
        (candidate) => candidate.from === from && candidate.to === to && candidate.port === port,
      )
      return marks[cell?.finding ?? 'unknown']
    }),
  ])
  const services = columns.map(({ to }, index) => (columns[index - 1]?.to === to ? '' : to))
  const ports = columns.map(({ port }) => String(port))
  const legend = '✓ allowed and works   · refused, as it must be   ✗ wrong   ? could not verify'
  return `${table([['from \\ to', ...services], ['', ...ports], ...rows])}\n\n${legend}`
}
