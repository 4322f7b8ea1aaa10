import { wasNotRun } from './not-run.ts'
import { outcomeOf, type Outcome, type Validation } from './run.ts'
import { countsOf, sectionsOf } from './sections.ts'
import type { JudgedFinding } from './waivers.ts'

const marks: Record<Outcome, string> = {
  passed: '✓',
  failed: '✗',
  'could not verify': '?',
  'not run': '?',
  waived: '~',
}

function lines(found: JudgedFinding): string[] {
  const { name, evidence, remedy } = found
  return [
    `    ${marks[outcomeOf(found)]} ${name}: ${evidence.replaceAll('\n', '\n        ')}`,
    ...(remedy ? [`      → ${remedy}`] : []),
  ]
}

/** A line a rule and reason: what is lived with in many places would hide what is not. */
function waivedLines(findings: readonly JudgedFinding[]): string[] {
  const waived = findings.flatMap(({ rule, subject, waivedBy }) =>
    waivedBy ? [{ rule, subject, why: `waived until ${waivedBy.expires}: ${waivedBy.reason}` }] : [],
  )
  const groups = Map.groupBy(waived, ({ rule, why }) => `${rule}, ${why}`)
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const more = others.length > 0 ? ` and ${others.length} more` : ''
    return [`    ${marks.waived} ${first.rule}, ${first.subject}${more}: ${first.why}`]
  })
}

const sum = (findings: readonly JudgedFinding[]) =>
  countsOf(findings)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ')

/** A validation as text: what did not pass in full, the worst at the end, where logs are read; what passed as a number. */
export function textReport(validation: Validation): string {
  const sections = sectionsOf(validation)
  const all = sections.flatMap(({ findings }) => findings)
  return [
    ...sections.flatMap(({ title, findings, seconds }) => [
      `  ${title}, ${seconds} s: ${sum(findings)}`,
      ...waivedLines(findings),
      ...findings
        .filter((found) => !['passed', 'waived'].includes(outcomeOf(found)))
        .toSorted((one, other) => Number(wasNotRun(other)) - Number(wasNotRun(one)))
        .flatMap(lines),
    ]),
    `${all.length} findings: ${sum(all)}`,
  ].join('\n')
}
