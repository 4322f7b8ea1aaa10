import { statePath } from '../../settings.ts'
import { $, lastLine } from '../../shell.ts'
import { findingOf, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'

const RULE = 'npm-advisories'
const SUBJECT = 'package-lock.json'

/** What the registry knows against the locked npm packages; only who serves advisories can say it. */
export async function npmAdvisories(tree: string): Promise<Finding> {
  const options = [
    '--package-lock-only',
    '--json',
    '--fetch-retries',
    '0',
    '--userconfig',
    statePath('host', 'npmrc'),
  ]
  const run = await $({ cwd: tree, timeout: '30s' })`npm audit ${options}`.nothrow()
  const report = parse(run.stdout)
  if (report?.vulnerabilities === undefined) {
    const why = report?.message ?? report?.error?.summary ?? lastLine(run)
    return notRun(RULE, SUBJECT, `the registry serves no advisories: ${why}`, 'run it where npm audit works')
  }
  const bad = Object.entries(report.vulnerabilities).filter(([, { severity }]) =>
    /high|critical/.test(severity),
  )
  return findingOf(RULE, SUBJECT, {
    wrong: bad.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`),
    good: 'no package with a high or critical advisory',
    remedy: './dway npm audit says more; take a version that is mended',
  })
}

interface Audit {
  message?: string
  error?: { summary?: string }
  vulnerabilities?: Record<string, { severity: string; range: string }>
}

function parse(text: string): Audit | undefined {
  try {
    return JSON.parse(text) as Audit
  } catch {
    return undefined
  }
}
