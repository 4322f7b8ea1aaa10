import { finding, type Finding } from './finding.ts'

const PREFIX = 'not run: '

/** Rules that ask what few machines reach. A verdict on the tree alone must not depend on what is known out there. */
export const outsideRules: readonly string[] = ['image-vulnerabilities', 'npm-advisories']

/** A finding of something that this machine could not run at all, as a database that it can't reach. */
export function notRun(rule: string, subject: string, why: string, remedy?: string): Finding {
  return finding(rule, subject, 'could not verify', `${PREFIX}${why}`, remedy)
}

/** Whether a finding is one of those, which --allow-not-run forgives for the rules that it names. */
export const wasNotRun = ({ verdict, evidence }: Finding): boolean =>
  verdict === 'could not verify' && evidence.startsWith(PREFIX)
