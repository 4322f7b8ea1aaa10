import { dashboards } from '../../../../services/dashboards/all.ts'
import { findFrontDoor } from '../../front-door.ts'
import { profile } from '../../profile.ts'
import { checkTelemetry } from '../../verify/telemetry/check.ts'
import { contract, nameOf } from '../../verify/telemetry/contract.ts'
import { Tools } from '../../verify/telemetry/tools.ts'
import { finding, type Finding } from '../finding.ts'
import { notRun } from '../not-run.ts'
import type { Step } from '../step.ts'
import { unlessAway } from '../unless-away.ts'
import { judgeAllRules, judgeTargets } from './monitoring/prometheus.ts'

/** A line that was just written, and a trace: the way of each signal once. ./dway verify telemetry looks at all of them. */
const cells = contract.filter((cell) => ['redis logs', 'api traces'].includes(nameOf(cell)))
const TELEMETRY_MS = 25_000

async function judgeTelemetry(): Promise<Finding[]> {
  const checks = await checkTelemetry(cells, TELEMETRY_MS)
  return checks.map(({ name, verdict, evidence, remedy }) =>
    finding('telemetry-arrives', name, verdict, evidence, remedy),
  )
}

async function judgeDashboard(tools: Tools, name: string): Promise<Finding[]> {
  const text = await tools.ask('dashboards', `/api/v1/projects/dwaybank/dashboards/${name}`)
  const { spec } = JSON.parse(text) as { spec: { panels?: object } }
  const panels = Object.keys(spec.panels ?? {}).length
  const rule = 'dashboard-loads'
  return panels > 0
    ? [finding(rule, name, 'passed', `${panels} panels`)]
    : [finding(rule, name, 'failed', 'it has no panel', './dway logs perses says why')]
}

export const monitoring: Step = {
  number: 6,
  name: 'monitoring',
  proves:
    'Whoever operates the bank sees it: every part is measured, every alert is watched for, and a line and a trace that were made just now were found.',
  needs: 'bank',
  async run({ tree }) {
    if (profile() === 'core') {
      const why = 'in the profile core nothing watches the bank'
      return [notRun('is-measured', 'all targets', why, './dway up --profile full')]
    }
    const tools = await Tools.open(await findFrontDoor())
    try {
      const found = await Promise.all([
        unlessAway('is-measured', 'all targets', () => judgeTargets(tools)),
        unlessAway('rules-are-evaluated', 'all rules', () => judgeAllRules(tools, tree)),
        unlessAway('telemetry-arrives', 'all signals', judgeTelemetry),
        ...dashboards.map(({ name }) =>
          unlessAway('dashboard-loads', name, () => judgeDashboard(tools, name)),
        ),
      ])
      return found.flat()
    } finally {
      tools.close()
    }
  },
}
