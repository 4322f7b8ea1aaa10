import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import type { Condition, List, Pod } from './kubernetes.ts'
import { kubectlBank, must } from './shell.ts'
import type { Progress } from './steps.ts'

/** Why a Job ended without success. */
export class JobFailed extends UserError {
  override name = 'JobFailed'
  /** What its container ended with; undefined if it never ran. */
  readonly status: number | undefined

  constructor(message: string, status: number | undefined) {
    super(message)
    this.status = status
  }
}

/** The last pod of a Job. */
async function lastPod(job: string): Promise<Pod | undefined> {
  const words = ['get', 'pods', '--selector', `job-name=${job}`, '--output', 'json']
  const { stdout } = await must(`the pods of ${job} cannot be listed`, kubectlBank(words))
  return (JSON.parse(stdout) as List<Pod>).items
    .sort((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
    .at(-1)
}

/** What a pod has printed so far; nothing while it has no container. */
export async function logOf(pod: string): Promise<string> {
  const { stdout } = await kubectlBank(['logs', pod]).nothrow()
  return stdout
}

/**
 * Tells the last line that a running pod has printed and each that it prints, until its container ends, for a minute at
 * most: by one kubectl, where to ask again and again takes processor.
 */
async function follow(pod: string, tell: (line: string) => void): Promise<void> {
  const logs = kubectlBank(['logs', pod, '--follow', '--tail=1']).timeout('60s').nothrow()
  for await (const line of createInterface({ input: logs.stdout })) tell(line)
  await logs
}

/** Why a Job was given up, if it was. */
async function givenUp(job: string): Promise<string | undefined> {
  const { stdout } = await must(`${job} is gone`, kubectlBank(['get', `job/${job}`, '--output', 'json']))
  const { status } = JSON.parse(stdout) as { status?: { conditions?: Condition[] } }
  const failed = status?.conditions?.find(
    (condition) => condition.type === 'Failed' && condition.status === 'True',
  )
  return failed && (failed.message ?? failed.reason ?? 'it was given up')
}

export interface Run {
  progress: Progress
  /** Variables that this run has in the place of the CronJob's. */
  env?: Record<string, string>
  /** What is said of a line that it printed. */
  plain?: (line: string) => string
  /** The reason in what it printed before it failed. */
  reasonIn?: (log: string) => string
  /** Whether a failed Job stays. */
  keep?: boolean
}

/** The last line that was printed. */
export const lastLineOf = (log: string) => log.trim().split('\n').at(-1) ?? ''

/**
 * Runs a CronJob now, once, and waits for its end.
 * @returns what it printed
 * @throws JobFailed with the reason
 */
export async function runCronJob(from: string, { keep = false, env = {}, ...run }: Run): Promise<string> {
  const job = `${from}-by-hand-${randomBytes(3).toString('hex')}`
  const words = ['create', 'job', job, `--from=cronjob/${from}`, '--dry-run=client', '--output', 'json']
  const { stdout } = await must(`${job} was not made`, kubectlBank(words))
  // Whoever waits for it tries again by hand; the CronJob counts and clears it as one of its own.
  const object = JSON.parse(stdout) as JobObject
  object.spec.backoffLimit = 0
  for (const container of object.spec.template.spec.containers)
    container.env = [
      ...(container.env ?? []).filter(({ name }) => !(name in env)),
      ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ]
  await must(`${job} was not made`, kubectlBank(['create', '--filename', '-'], JSON.stringify(object)))
  try {
    return await logOfEnded(job, run)
  } catch (error) {
    if (!keep) await kubectlBank(['delete', `job/${job}`, '--ignore-not-found', '--wait=false']).nothrow()
    throw error
  }
}

interface JobObject {
  spec: {
    backoffLimit?: number
    template: { spec: { containers: { env?: { name: string }[] }[] } }
  }
}

async function logOfEnded(job: string, run: Omit<Run, 'env' | 'keep'>): Promise<string> {
  const { progress, plain = (line: string) => line, reasonIn = lastLineOf } = run
  for (;;) {
    const pod = await lastPod(job)
    if (pod?.status.phase === 'Succeeded') return logOf(pod.metadata.name)
    if (pod?.status.phase === 'Failed') {
      const log = await logOf(pod.metadata.name)
      const ended = pod.status.containerStatuses?.[0]?.state.terminated
      const reason = ended?.message?.trim() || reasonIn(log) || 'it printed nothing'
      throw new JobFailed(reason, ended?.exitCode)
    }
    // A Job that is given up takes its pods with it.
    const reason = pod === undefined ? await givenUp(job) : undefined
    if (reason !== undefined) throw new JobFailed(reason, undefined)
    if (pod?.status.phase === 'Running')
      await follow(pod.metadata.name, (line) => {
        if (line !== '') progress.now(plain(line))
      })
    await sleep(500)
  }
}
