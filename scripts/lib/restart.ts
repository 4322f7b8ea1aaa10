import { kubectlBank, must, workloadExists } from './shell.ts'
import { step } from './steps.ts'

async function begin(workload: string): Promise<void> {
  await must(`${workload} was not restarted`, kubectlBank(['rollout', 'restart', workload]))
}

/** Has a workload start again, as `deployment/proxy`, if it is there: some are part of one profile alone. */
export async function restart(workload: string): Promise<void> {
  if (await workloadExists(workload)) await begin(workload)
}

/** Starts workloads again that are there, one after the other, and waits until each is ready. */
export async function restartAll(workloads: Iterable<string>): Promise<void> {
  for (const workload of workloads) {
    if (!(await workloadExists(workload))) continue
    await step(`restart ${workload}`, async () => {
      await begin(workload)
      await must(
        `${workload} is not ready`,
        kubectlBank(['rollout', 'status', workload, '--timeout', '120s']),
      )
    })
  }
}
