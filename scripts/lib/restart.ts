import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from './errors.ts'
import { NAME_LABEL, type List, type Pod } from './kubernetes.ts'
import { kubectlBank, must, workloadExists } from './shell.ts'
import { step } from './steps.ts'

async function begin(workload: string): Promise<void> {
  await must(`${workload} was not restarted`, kubectlBank(['rollout', 'restart', workload]))
}

/** Has a workload start again, as `deployment/proxy`, if it is there: some are part of one profile alone. */
export async function restart(workload: string): Promise<void> {
  if (await workloadExists(workload)) await begin(workload)
}

/**
 * Waits until every pod of a workload is of its newest revision and ready.
 * @throws UserError if that takes more than two minutes
 */
export async function awaitReady(workload: string): Promise<void> {
  await must(`${workload} is not ready`, kubectlBank(['rollout', 'status', workload, '--timeout', '120s']))
}

/** Starts workloads again that are there, one after the other, and waits until each is ready. */
export async function restartAll(workloads: Iterable<string>): Promise<void> {
  for (const workload of workloads) {
    if (!(await workloadExists(workload))) continue
    await step(`restart ${workload}`, async () => {
      await begin(workload)
      await awaitReady(workload)
    })
  }
}

/** Longer than any pod may take to end. */
const PATIENCE_MS = 90_000

/**
 * Waits until the pods that a restart has replaced are gone: they end what is under way, after their successors are ready.
 * @throws UserError if they don't end
 */
export async function awaitOthersGone(workload: string): Promise<void> {
  const name = workload.slice(workload.indexOf('/') + 1)
  const list = ['get', 'pods', '--selector', `${NAME_LABEL}=${name}`, '--output', 'json']
  const end = Date.now() + PATIENCE_MS
  while (Date.now() < end) {
    const { stdout } = await must(`the pods of ${name} cannot be listed`, kubectlBank(list))
    const { items } = JSON.parse(stdout) as List<Pod>
    if (items.every(({ metadata }) => metadata.deletionTimestamp === undefined)) return
    await sleep(500)
  }
  throw new UserError(`a pod of ${name} that was replaced does not end: run the same command again`)
}
