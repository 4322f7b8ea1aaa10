import { outcomeOf, type Outcome, type Validation } from './run.ts'
import type { JudgedFinding } from './waivers.ts'

/** A part of a report: a step, or the waivers. */
export interface Section {
  title: string
  /** What a pass of it proves. */
  proves: string
  seconds: number
  findings: readonly JudgedFinding[]
}

/** What a report is made of, in its order. */
export function sectionsOf({ results, ofWaivers }: Validation): Section[] {
  return [
    ...results.map(({ step, findings, seconds }) => ({
      title: `${step.number} ${step.name}`,
      proves: step.proves,
      seconds,
      findings,
    })),
    ...(ofWaivers.length > 0
      ? [
          {
            title: 'waivers',
            proves: 'What is lived with is still there, has a reason, and ends.',
            seconds: 0,
            findings: ofWaivers,
          },
        ]
      : []),
  ]
}

const outcomes = ['failed', 'could not verify', 'not run', 'waived', 'passed'] as const

/** How many findings have each outcome, the worst first; those that none has are left out. */
export function countsOf(findings: readonly JudgedFinding[]): [Outcome, number][] {
  return outcomes
    .map((outcome): [Outcome, number] => [
      outcome,
      findings.filter((found) => outcomeOf(found) === outcome).length,
    ])
    .filter(([, count]) => count > 0)
}
