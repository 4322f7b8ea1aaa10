import { liveDrift } from '../live-drift.ts'
import { allContainers } from '../live-pods.ts'
import type { Step } from '../step.ts'
import { unlessAway } from '../unless-away.ts'
import { judgeAccounts, judgeAdmission } from './resource-limits/admission.ts'
import { judgeTemplates } from './resource-limits/declared.ts'
import { judgeByKernel, unknown } from './resource-limits/kernel.ts'
import { judgeOveruse } from './resource-limits/overuse.ts'
import { judgePodsToCome } from './resource-limits/pods-to-come.ts'

export const resourceLimits: Step = {
  number: 5,
  name: 'resource limits',
  proves:
    'No part of the bank can use more of the machine, or do more to it, than it was given: limits are declared, in force in the kernel, and were seen to hold, and what runs is what the files say.',
  needs: 'bank',
  async run() {
    const overuse = unlessAway('memory-is-limited', 'a pod that overuses', judgeOveruse)
    const { live, absent } = await allContainers()
    const [drift, templates, toCome, admission, accounts, ...kernel] = await Promise.all([
      unlessAway('live-drift', 'all objects', liveDrift),
      unlessAway('declares-limits', 'all workloads', judgeTemplates),
      unlessAway('runs-restricted', 'all CronJobs', judgePodsToCome),
      unlessAway('quota-refuses', 'the namespace', judgeAdmission),
      unlessAway('reads-no-secrets', 'all accounts', judgeAccounts),
      ...live.map((one) => unlessAway('limits-in-force', one.subject, () => judgeByKernel(one))),
    ])
    return [
      ...drift,
      ...templates,
      ...toCome,
      ...admission,
      ...accounts,
      ...kernel.flat(),
      ...absent.flatMap((one) => unknown(one)),
      ...(await overuse),
    ]
  },
}
