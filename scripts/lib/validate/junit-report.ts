import { escapeMarkup } from './escape.ts'
import { outcomeOf, type Validation } from './run.ts'
import { sectionsOf } from './sections.ts'
import type { JudgedFinding } from './waivers.ts'

/** A test case for each finding: failed and could not verify are failures of two types, not run and waived are skipped. */
function testCase(suite: string, found: JudgedFinding): string {
  const { rule, subject, evidence, remedy = '', waivedBy } = found
  const attributes = `classname="${escapeMarkup(`${suite}.${rule}`)}" name="${escapeMarkup(subject)}"`
  const outcome = outcomeOf(found)
  switch (outcome) {
    case 'passed':
      return `    <testcase ${attributes}><system-out>${escapeMarkup(evidence)}</system-out></testcase>`
    case 'waived':
    case 'not run': {
      const why = waivedBy ? `waived until ${waivedBy.expires}: ${waivedBy.reason}` : evidence
      return `    <testcase ${attributes}><skipped message="${escapeMarkup(why)}"/></testcase>`
    }
    default:
      return `    <testcase ${attributes}><failure type="${outcome}" message="${escapeMarkup(evidence.split('\n')[0] ?? '')}">${escapeMarkup(`${evidence}\n${remedy}`)}</failure></testcase>`
  }
}

/** A validation as JUnit XML: a suite for each step, a test case for each finding. */
export function junitReport(validation: Validation): string {
  const suites = sectionsOf(validation).map(({ title, findings, seconds }) => {
    const count = (...outcomes: string[]) =>
      findings.filter((found) => outcomes.includes(outcomeOf(found))).length
    const numbers = `tests="${findings.length}" failures="${count('failed', 'could not verify')}" skipped="${count('not run', 'waived')}"`
    return [
      `  <testsuite name="${escapeMarkup(title)}" ${numbers} time="${seconds}">`,
      ...findings.map((found) => testCase(title, found)),
      '  </testsuite>',
    ].join('\n')
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="validate">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}
