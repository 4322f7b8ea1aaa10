import { allContainers } from '../live-pods.ts'
import type { Step } from '../step.ts'
import { unlessAway } from '../unless-away.ts'
import { judgeWithoutStores } from './service-health/frozen-stores.ts'
import { judgeAbsence, judgeAnswers, judgePresence } from './service-health/probes.ts'

export const serviceHealth: Step = {
  number: 3,
  name: 'service health',
  proves:
    'Kubernetes is told the truth about every service: whether it has started, whether it lives, and whether it can serve now that a database is gone.',
  needs: 'bank',
  async run({ signal }) {
    const { live, absent } = await allContainers()
    const answered = await Promise.all(
      live.map((one) => unlessAway('probes-answer', one.subject, () => judgeAnswers(one))),
    )
    const withoutStores = await unlessAway('readiness-follows-stores', 'Deployment/api', () =>
      judgeWithoutStores(signal),
    )
    return [
      ...[...live, ...absent].map(judgePresence),
      ...answered.flat(),
      ...absent.map(judgeAbsence),
      ...withoutStores,
    ]
  },
}
