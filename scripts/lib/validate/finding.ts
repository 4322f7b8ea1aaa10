import type { Check, Verdict } from '../report.ts'

/** What a rule says of one thing. */
export interface Finding extends Check {
  /** The rule, in kebab-case and unique among all steps: waivers and planted faults name it. */
  rule: string
  /** What it was held against: an image, a file, or an object as KIND/NAME. */
  subject: string
}

/** A finding; its name is made of rule and subject. */
export function finding(
  rule: string,
  subject: string,
  verdict: Verdict,
  evidence: string,
  remedy?: string,
): Finding {
  return { rule, subject, name: `${rule}, ${subject}`, verdict, evidence, ...(remedy ? { remedy } : {}) }
}

/** A finding that failed with all that is wrong, a line each, or passed where nothing is. */
export function findingOf(
  rule: string,
  subject: string,
  { wrong, good, remedy }: { wrong: readonly string[]; good: string; remedy: string },
): Finding {
  return wrong.length === 0
    ? finding(rule, subject, 'passed', good)
    : finding(rule, subject, 'failed', wrong.join('\n'), remedy)
}
