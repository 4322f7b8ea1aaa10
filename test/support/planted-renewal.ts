import { setTimeout as sleep } from 'node:timers/promises'
import { RENEWAL } from '../../scripts/lib/certs/acme.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'

interface PodSpec {
  initContainers?: object[]
  containers: { env: { name: string; value?: string }[]; volumeMounts: object[] }[]
  volumes: object[]
}

interface Job {
  spec: { backoffLimit: number; template: { spec: PodSpec } }
}

/** Makes a Job of the CronJob that renews, which begins at once and tries once. What it returns takes it away. */
export async function plantRenewal(
  name: string,
  change: (spec: PodSpec) => void = () => undefined,
): Promise<() => Promise<void>> {
  const words = ['create', 'job', name, `--from=cronjob/${RENEWAL}`, '--dry-run=client', '--output', 'json']
  const job = JSON.parse((await kubectlBank(words)).stdout) as Job
  const { spec } = job.spec.template
  job.spec.backoffLimit = 0
  for (const { env } of spec.containers)
    env.push({ name: 'FORCE', value: '1' }, { name: 'JITTER_SECONDS', value: '0' })
  change(spec)
  await kubectlBank(['create', '--filename', '-'], JSON.stringify(job))
  return async () => {
    await kubectlBank(['delete', 'job', name, '--ignore-not-found', '--cascade=foreground'])
  }
}

/** Waits until the pod of a planted renewal has ended, and returns its last line. */
export async function lastWords(name: string, seconds: number): Promise<{ phase: string; said: string }> {
  const deadline = Date.now() + seconds * 1000
  const selector = ['--selector', `job-name=${name}`]
  for (;;) {
    const path = 'jsonpath={.items[0].status.phase}'
    const phase = (await kubectlBank(['get', 'pods', ...selector, '--output', path]).nothrow()).stdout
    if (phase === 'Succeeded' || phase === 'Failed') {
      const log = (await kubectlBank(['logs', ...selector, '--container', 'acme', '--tail=1'])).stdout
      return { phase, said: log.trim() }
    }
    if (Date.now() > deadline) throw new Error(`${name} did not end within ${seconds} s: ${phase}`)
    await sleep(1000)
  }
}
