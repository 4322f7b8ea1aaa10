/** What a check found. "could not verify" is never counted as passed. */
export type Verdict = 'passed' | 'failed' | 'could not verify'

/** One checked thing: the same shape for every verb that checks. */
export interface Check {
  name: string
  verdict: Verdict
  /** What was seen. */
  evidence: string
  /** What to do about it; only where the verdict is not passed. */
  remedy?: string
}

const marks: Record<Verdict, string> = { passed: '✓', failed: '✗', 'could not verify': '?' }

/** Prints checks for people or as JSON, and sets the exit code to 1 unless every one of them passed. */
export function report(checks: readonly Check[], json: boolean): void {
  const failed = checks.filter((check) => check.verdict !== 'passed')
  if (json) {
    console.log(JSON.stringify({ passed: failed.length === 0, checks }, null, 2))
  } else {
    for (const check of checks) {
      console.log(`  ${marks[check.verdict]} ${check.name}: ${check.evidence}`)
      if (check.verdict !== 'passed' && check.remedy) console.log(`      → ${check.remedy}`)
    }
    console.log(`${checks.length - failed.length} of ${checks.length} passed`)
  }
  if (failed.length > 0 || checks.length === 0) process.exitCode = 1
}
