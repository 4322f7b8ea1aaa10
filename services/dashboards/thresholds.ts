import type { Thresholds } from './description.ts'

/** Of what is the better the more there is. */
export function goodFrom(good: number, warning?: number): Thresholds {
  const step = warning === undefined ? [] : [{ from: warning, level: 'warning' as const }]
  return { base: 'bad', steps: [...step, { from: good, level: 'good' }] }
}

/** Of what is the worse the more there is. */
export function badFrom(bad: number, warning?: number): Thresholds {
  const step = warning === undefined ? [] : [{ from: warning, level: 'warning' as const }]
  return { base: 'good', steps: [...step, { from: bad, level: 'bad' }] }
}
