import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { messageOf } from '../../../errors.ts'
import type { Verdict } from '../../../report.ts'
import type { Tools } from '../../../verify/telemetry/tools.ts'
import { finding, type Finding } from '../../finding.ts'

/** Two scrapes. */
const SETTLE_MS = 30_000
const LOOK_MS = 2000

/** What must be read, by the job of each. */
const jobs = [
  'alertmanager',
  'api',
  'apiserver',
  'blackbox-exporter',
  'cadvisor',
  'front-door',
  'front-door-api',
  'kube-state-metrics',
  'kubelet',
  'node',
  'perses',
  'postgres',
  'prometheus',
  'proxy',
  'redis',
  'victorialogs',
  'vlagent',
  'zipkin',
] as const

/** What says whether an exporter reaches what it tells of: one that can't would be read nevertheless. */
const reaches: Record<string, string> = {
  postgres: 'pg_up',
  redis: 'redis_up',
  proxy: 'nginx_up',
  'front-door': 'probe_success{job="front-door"}',
  'front-door-api': 'probe_success{job="front-door-api"}',
}

interface Target {
  labels: { job?: string; instance?: string }
  health: 'up' | 'down' | 'unknown'
  lastError?: string
}

/** Looks again while something is wrong: what has just been started is read within a scrape. */
async function settled(look: () => Promise<Finding[]>): Promise<Finding[]> {
  const deadline = performance.now() + SETTLE_MS
  for (;;) {
    const found = await look()
    if (found.every(({ verdict }) => verdict === 'passed') || performance.now() > deadline) return found
    await sleep(LOOK_MS)
  }
}

async function judgeJob(job: string, targets: readonly Target[], tools: Tools): Promise<Finding> {
  const judge = (verdict: Verdict, evidence: string) => {
    const remedy = "Prometheus' page of targets says what it can't read; ./dway status shows what runs"
    return finding('is-measured', job, verdict, evidence, verdict === 'passed' ? undefined : remedy)
  }
  const own = targets.filter(({ labels }) => labels.job === job)
  if (own.length === 0) return judge('failed', 'Prometheus knows no target of it')
  const bad = own.find(({ health }) => health !== 'up')
  if (bad?.health === 'down') return judge('failed', bad.lastError || 'it can not be read')
  if (bad) return judge('could not verify', 'it was not read yet')
  const metric = reaches[job]
  const value = metric === undefined ? 1 : await tools.valueOf(`min(${metric})`)
  if (value !== 1) return judge('failed', `${metric ?? ''} is ${value ?? 'nothing'}`)
  return judge('passed', own.map(({ labels }) => labels.instance ?? '').join(', '))
}

/** Whether Prometheus reads each thing that it should, just now, and that reaches what it tells of. */
export function judgeTargets(tools: Tools): Promise<Finding[]> {
  return settled(async () => {
    const { data } = JSON.parse(await tools.ask('prometheus', '/api/v1/targets', { state: 'active' })) as {
      data: { activeTargets: Target[] }
    }
    return Promise.all(jobs.map((job) => judgeJob(job, data.activeTargets, tools)))
  })
}

interface Rule {
  name: string
  query: string
  health: string
  lastError?: string
}

interface Group {
  file: string
  rules: Rule[]
  lastEvaluation: string
  interval: number
}

/** The rules of the tree, by their file. */
function declaredRules(tree: string): Map<string, string[]> {
  const folder = path.join(tree, 'services/prometheus/rules')
  return new Map(
    fs
      .readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => {
        const { groups } = parse(fs.readFileSync(path.join(folder, file), 'utf8')) as {
          groups: { rules: { alert?: string; record?: string }[] }[]
        }
        return [file, groups.flatMap(({ rules }) => rules.map(({ alert, record }) => alert ?? record ?? ''))]
      }),
  )
}

async function judgeRules(
  file: string,
  wanted: readonly string[],
  groups: readonly Group[],
  tools: Tools,
): Promise<Finding> {
  const subject = `services/prometheus/rules/${file}`
  const own = groups.filter((group) => path.basename(group.file) === file)
  const rules = own.flatMap((group) => group.rules)
  const missing = wanted.filter((name) => !rules.some((rule) => rule.name === name))
  const remedy = './dway logs prometheus says why; ./dway status, whether what runs is of this tree'
  const judge = (verdict: Verdict, evidence: string) =>
    finding('rules-are-evaluated', subject, verdict, evidence, verdict === 'passed' ? undefined : remedy)
  if (missing.length > 0) return judge('failed', `not loaded: ${missing.join(', ')}`)
  const failing = rules.find(({ health }) => health === 'err')
  if (failing) return judge('failed', `${failing.name}: ${failing.lastError ?? 'it can not be evaluated'}`)
  // Some have five minutes until their first time.
  const untried = rules.filter(({ health }) => health !== 'ok')
  for (const { name, query } of untried) {
    try {
      await tools.ask('prometheus', '/api/v1/query', { query })
    } catch (error) {
      return judge('failed', `${name}: ${messageOf(error)}`)
    }
  }
  const late = own.find(
    ({ lastEvaluation, interval }) =>
      untried.length === 0 && Date.now() - Date.parse(lastEvaluation) > (2 * interval + 15) * 1000,
  )
  if (late) return judge('failed', `last evaluated ${late.lastEvaluation}`)
  const waiting = untried.length > 0 ? `; ${untried.length} were asked by hand, as their time is to come` : ''
  return judge('passed', `${rules.length} rules, all can be evaluated${waiting}`)
}

/** Whether Prometheus has loaded every rule of the tree, and evaluates it. */
export function judgeAllRules(tools: Tools, tree: string): Promise<Finding[]> {
  const declared = declaredRules(tree)
  return settled(async () => {
    const { data } = JSON.parse(await tools.ask('prometheus', '/api/v1/rules')) as {
      data: { groups: Group[] }
    }
    return Promise.all([...declared].map(([file, wanted]) => judgeRules(file, wanted, data.groups, tools)))
  })
}
