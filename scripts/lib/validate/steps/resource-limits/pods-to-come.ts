import { names } from '../../../settings.ts'
import { kubectl, lastLine } from '../../../shell.ts'
import { finding, type Finding } from '../../finding.ts'
import { podTemplates, type PodTemplate } from '../../live-pods.ts'

/** What asks the API server what there is, or writes what it renews there. */
export const readTheApi: readonly string[] = [
  'CronJob/renew-certificate',
  'Deployment/kube-state-metrics',
  'StatefulSet/prometheus',
]

const REMEDY = 'k8s/components/hardened says what all pods have: ./dway up'

interface Volume {
  projected?: { sources?: object[] }
}

const hasToken = (volumes: readonly Volume[] = []) =>
  volumes.some(({ projected }) => projected?.sources?.some((source) => 'serviceAccountToken' in source))

/** Asks the API server for a pod of a template; it does all but keep it. */
async function judge({ workload, namespace, spec }: PodTemplate): Promise<Finding[]> {
  const rule = 'runs-restricted'
  const mayHaveToken = readTheApi.includes(workload)
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'validate', namespace }, spec }
  const words = ['create', '--dry-run=server', '--output', 'json', '--filename', '-']
  const answer = await kubectl(words, JSON.stringify(pod)).nothrow()
  if (answer.exitCode !== 0) {
    const said = lastLine(answer)
    const verdict = /violates PodSecurity|ValidatingAdmissionPolicy/.test(said)
      ? 'failed'
      : 'could not verify'
    return [
      finding(rule, workload, verdict, said.replace(/^.*is forbidden: /, ''), REMEDY),
      ...(mayHaveToken
        ? []
        : [finding('has-no-token', workload, 'could not verify', 'no pod is made', REMEDY)]),
    ]
  }
  const passed = finding(
    rule,
    workload,
    'passed',
    'the API server, which refuses pods that are not restricted, takes one of its template',
  )
  if (mayHaveToken) return [passed]
  const made = JSON.parse(answer.stdout) as { spec: { volumes?: Volume[] } }
  const token = hasToken(made.spec.volumes)
    ? finding('has-no-token', workload, 'failed', 'its pods are given one', REMEDY)
    : finding('has-no-token', workload, 'passed', 'its pods are given none')
  return [passed, token]
}

/** Whether the pods of CronJobs, of which none runs now, will be as restricted as those that do. */
export async function judgePodsToCome(): Promise<Finding[]> {
  const toCome = (await podTemplates()).filter(
    ({ runsOn, namespace }) => !runsOn && namespace === names.namespace,
  )
  return (await Promise.all(toCome.map(judge))).flat()
}
