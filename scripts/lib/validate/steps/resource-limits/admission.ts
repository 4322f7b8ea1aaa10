import { names } from '../../../settings.ts'
import { getJson, kubectl, kubectlBank, lastLine } from '../../../shell.ts'
import type { PodSpec } from '../../../kubernetes.ts'
import { restrictedPod } from '../../../restricted-pod.ts'
import { finding, type Finding } from '../../finding.ts'

const SUBJECT = `Namespace/${names.namespace}`
const HUGE = { cpu: '1000', memory: '10Ti' }

/** A pod that is asked for, but never made. */
const restricted = (resources?: object) =>
  restrictedPod('validate', {
    namespace: names.namespace,
    image: 'validate',
    command: ['true'],
    ...(resources && { container: { resources } }),
  })

/** Asks the API server for a pod; it does all but keep it. */
const ask = (pod: object) =>
  kubectlBank(
    ['create', '--dry-run=server', '--output', 'json', '--filename', '-'],
    JSON.stringify(pod),
  ).nothrow()

async function judgeQuota(): Promise<Finding> {
  const rule = 'quota-refuses'
  const answer = await ask(restricted({ requests: { cpu: '1m', memory: '1Mi' }, limits: HUGE }))
  if (answer.exitCode === 0)
    return finding(
      rule,
      SUBJECT,
      'failed',
      `a pod that may use ${HUGE.memory} was taken`,
      'apply the ResourceQuota of k8s/base: ./dway up',
    )
  const said = lastLine(answer)
  return finding(
    rule,
    SUBJECT,
    said.includes('exceeded quota') ? 'passed' : 'could not verify',
    said.replace(/^.*is forbidden: /, ''),
  )
}

async function judgeDefaults(): Promise<Finding> {
  const rule = 'limit-range-completes'
  const answer = await ask(restricted())
  // A policy and a quota ask for limits: a pod without them is refused unless the LimitRange gives them.
  if (answer.exitCode !== 0) {
    const said = lastLine(answer)
    const verdict = /must specify|ValidatingAdmissionPolicy 'resources'/.test(said)
      ? 'failed'
      : 'could not verify'
    return finding(rule, SUBJECT, verdict, said, 'apply the LimitRange of k8s/base: ./dway up')
  }
  const { spec } = JSON.parse(answer.stdout) as { spec: PodSpec }
  const { limits, requests } = spec.containers[0]?.resources ?? {}
  const given = [limits?.['cpu'], limits?.['memory'], requests?.['cpu'], requests?.['memory']]
  const evidence = `a pod that says nothing is given ${given.map((one) => one ?? 'nothing').join(', ')}`
  return given.includes(undefined)
    ? finding(rule, SUBJECT, 'failed', evidence, 'apply the LimitRange of k8s/base: ./dway up')
    : finding(rule, SUBJECT, 'passed', evidence)
}

const harmless = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
const nonRoot = { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } }
const unrestricted: readonly { who: string; pod?: object; container?: object }[] = [
  { who: 'runs as root', pod: { ...nonRoot, runAsNonRoot: false, runAsUser: 0 }, container: harmless },
  { who: 'asks for nothing' },
  { who: 'is privileged', pod: nonRoot, container: { privileged: true } },
  { who: 'keeps its capabilities', pod: nonRoot, container: { allowPrivilegeEscalation: false } },
]

async function judgeRestriction(): Promise<Finding> {
  const rule = 'refuses-unrestricted-pods'
  const answers = await Promise.all(
    unrestricted.map(async ({ who, pod, container }) => {
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'validate' },
        spec: {
          securityContext: pod,
          containers: [{ name: 'validate', image: 'validate', securityContext: container }],
        },
      }
      const { exitCode, stderr } = await ask(object)
      return { who, taken: exitCode === 0, refused: stderr.includes('violates PodSecurity "restricted') }
    }),
  )
  const taken = answers.filter((answer) => answer.taken)
  const remedy = 'the namespace must have the labels of k8s/base/namespace.yaml: ./dway up'
  if (taken.length > 0) {
    const evidence = `it takes a pod that ${taken.map(({ who }) => who).join(', or ')}`
    return finding(rule, SUBJECT, 'failed', evidence, remedy)
  }
  const unclear = answers.filter(({ refused }) => !refused)
  if (unclear.length > 0) {
    const evidence = `another reason kept out a pod that ${unclear.map(({ who }) => who).join(', or ')}`
    return finding(rule, SUBJECT, 'could not verify', evidence, remedy)
  }
  return finding(rule, SUBJECT, 'passed', `it refuses ${answers.length} pods that are not restricted`)
}

/** Whether the API server keeps the namespace's rules for pods that are to come. */
export async function judgeAdmission(): Promise<Finding[]> {
  return Promise.all([judgeQuota(), judgeDefaults(), judgeRestriction()])
}

/** Whether the accounts that pods have may read what is secret. */
export async function judgeAccounts(): Promise<Finding[]> {
  const { items } = await getJson<{ items: { metadata: { name: string } }[] }>([
    '--namespace',
    names.namespace,
    'serviceaccounts',
  ])
  return Promise.all(
    items.map(async ({ metadata: { name } }) => {
      const who = `system:serviceaccount:${names.namespace}:${name}`
      const words = ['auth', 'can-i', 'list', 'secrets', '--namespace', names.namespace, '--as', who]
      const said = (await kubectl(words).nothrow()).stdout.trim()
      const subject = `ServiceAccount/${name}`
      if (said === 'no') return finding('reads-no-secrets', subject, 'passed', 'it may not list the Secrets')
      const verdict = said === 'yes' ? 'failed' : 'could not verify'
      const evidence = said === 'yes' ? 'it may list the Secrets' : 'the API server did not say'
      return finding(
        'reads-no-secrets',
        subject,
        verdict,
        evidence,
        `kubectl get rolebindings,clusterrolebindings says by what`,
      )
    }),
  )
}
