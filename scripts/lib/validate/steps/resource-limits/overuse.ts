import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../../errors.ts'
import type { Pod, Termination } from '../../../kubernetes.ts'
import { cleaningUp } from '../../../on-exit.ts'
import { restrictedPod } from '../../../restricted-pod.ts'
import { getJson, kubectl, must } from '../../../shell.ts'
import { finding, type Finding } from '../../finding.ts'
import { liveContainers } from '../../live-pods.ts'

const SUBJECT = 'a pod that overuses'
const WITHIN_MS = 90_000

/** Takes all memory that there is the first time that it is started. Its only process is the one that does. */
const GREEDY = 'if [ -e /tmp/before ]; then exec sleep 300; fi; touch /tmp/before; exec tail /dev/zero'
const BUSY = `end=$((SECONDS + 2)); while ((SECONDS < end)); do :; done
cat /sys/fs/cgroup/cpu.stat /sys/fs/cgroup/cpu/cpu.stat 2>/dev/null; echo measured; exec sleep 300`

const limited = (cpu: string, memory: string) => ({
  resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu, memory } },
})

function overuser(namespace: string, image: string): object {
  const tmp = { volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }
  return restrictedPod('memory', {
    namespace,
    image,
    command: ['bash', '-c', GREEDY],
    container: { ...limited('500m', '32Mi'), ...tmp },
    sidecars: [{ name: 'cpu', image, command: ['bash', '-c', BUSY], ...limited('100m', '32Mi') }],
    spec: { activeDeadlineSeconds: 180, volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '1Mi' } }] },
  })
}

async function create(object: object): Promise<void> {
  await must('nothing was made to overuse', kubectl(['create', '--filename', '-'], JSON.stringify(object)))
}

/** A pod is refused until its namespace has a service account, which takes a moment. */
async function createPod(object: object): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await create(object)
      return
    } catch (error) {
      if (attempt === 20) throw error
      await sleep(250)
    }
  }
}

const SIGKILL = 137

/** A container runtime that is too busy hears of the kill alone, and not of its reason. */
const wasKilled = ({ reason, exitCode }: Termination) => reason === 'OOMKilled' || exitCode === SIGKILL

async function judgeMemory(namespace: string): Promise<Finding> {
  const rule = 'memory-is-limited'
  const deadline = performance.now() + WITHIN_MS
  for (;;) {
    const { status } = await getJson<Pod>(['--namespace', namespace, 'pod', 'memory'])
    const own = status.containerStatuses?.find(({ name }) => name === 'memory')
    const ended = own?.lastState?.terminated ?? own?.state.terminated
    if (ended !== undefined && !wasKilled(ended))
      return finding(
        rule,
        SUBJECT,
        'failed',
        `it ended by ${ended.reason ?? 'itself'}, with ${ended.exitCode ?? 0}`,
      )
    if (ended !== undefined && own?.state.running && own.restartCount > 0)
      return finding(rule, SUBJECT, 'passed', 'it was killed at 32 MiB, and started again')
    if (performance.now() > deadline) {
      const verdict = own?.state.running && own.restartCount === 0 ? 'failed' : 'could not verify'
      return finding(rule, SUBJECT, verdict, `not killed and back within ${WITHIN_MS / 1000} s`)
    }
    await sleep(500)
  }
}

async function judgeCpu(namespace: string): Promise<Finding> {
  const rule = 'cpu-is-limited'
  const deadline = performance.now() + WITHIN_MS
  const logs = ['logs', '--namespace', namespace, 'memory', '--container', 'cpu']
  for (;;) {
    const { stdout } = await kubectl(logs).nothrow()
    if (stdout.includes('measured')) {
      const throttled = Number(/^nr_throttled (\d+)$/m.exec(stdout)?.[1])
      if (Number.isNaN(throttled))
        return finding(rule, SUBJECT, 'could not verify', 'its cgroup shows no cpu.stat')
      const evidence = `2 s of work at a tenth of a CPU, held back ${throttled} times`
      return finding(rule, SUBJECT, throttled > 0 ? 'passed' : 'failed', evidence)
    }
    if (performance.now() > deadline)
      return finding(rule, SUBJECT, 'could not verify', `no figures within ${WITHIN_MS / 1000} s`)
    await sleep(500)
  }
}

/** Has a pod in a namespace of its own use more memory and processor time than it may, and looks what becomes of it. */
export async function judgeOveruse(): Promise<Finding[]> {
  const image = (await liveContainers()).find(({ subject }) => subject === 'Deployment/api')?.container.image
  if (image === undefined) throw new UserError('no api runs whose image could be used')
  const namespace = `overuse-${randomBytes(3).toString('hex')}`
  return cleaningUp(
    async () => {
      await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      await createPod(overuser(namespace, image))
      return Promise.all([judgeMemory(namespace), judgeCpu(namespace)])
    },
    async () => {
      await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait=false'])
    },
  )
}
