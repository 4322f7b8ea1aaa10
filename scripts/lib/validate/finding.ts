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
