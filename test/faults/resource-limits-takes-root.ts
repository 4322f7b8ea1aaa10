import { names } from '../../scripts/lib/settings.ts'
import { kubectl } from '../../scripts/lib/shell.ts'
import type { Fault } from '../../scripts/lib/validate/fault.ts'
import { pastPolicy } from '../support/planted-changes.ts'

const enforce = (level: string) =>
  kubectl([
    'label',
    'namespace',
    names.namespace,
    '--overwrite',
    `pod-security.kubernetes.io/enforce=${level}`,
  ])

export default {
  breaks: 'the namespace takes pods that run as root',
  step: 5,
  in: 'bank',
  finds: { rule: 'refuses-unrestricted-pods', subject: 'Namespace/dwaybank' },
  also: [
    { rule: 'live-drift', subject: 'Namespace/dwaybank' },
    { rule: 'live-drift', subject: 'ValidatingAdmissionPolicyBinding/least-privilege-dev' },
  ],
  plant: () =>
    pastPolicy('least-privilege', async () => {
      await enforce('baseline')
      return async () => {
        await enforce('restricted')
      }
    }),
} satisfies Fault
