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
  const outcome = outcomeOf(found)
  const { name, evidence, remedy, waivedBy } = found
  if (waivedBy) return [`    ~ ${name}: waived until ${waivedBy.expires}: ${waivedBy.reason}`]
  return [
    `    ${marks[outcome]} ${name}: ${evidence.replaceAll('\n', '\n        ')}`,
    ...(remedy ? [`      → ${remedy}`] : []),
  ]
}

const sum = (findings: readonly JudgedFinding[]) =>
  countsOf(findings)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ')

/** A validation as text: what did not pass in full, what passed as a number. */
export function textReport(validation: Validation): string {
  const sections = sectionsOf(validation)
  const all = sections.flatMap(({ findings }) => findings)
  return [
    ...sections.flatMap(({ title, findings, seconds }) => [
      `  ${title}, ${seconds} s: ${sum(findings)}`,
      ...findings.filter((found) => outcomeOf(found) !== 'passed').flatMap(lines),
    ]),
    `${all.length} findings: ${sum(all)}`,
  ].join('\n')
}
