import { inContainer } from '../../../pods.ts'
import { names } from '../../../settings.ts'
import { finding, type Finding } from '../../finding.ts'
import type { LiveContainer, WantedContainer } from '../../live-pods.ts'
import { readTheApi } from './pods-to-come.ts'

// What is written is removed again, where it can be written at all.
const LOOK = String.raw`
cat /proc/1/status
for folder in / /etc /usr/bin /home/dwaybank; do
  file=$folder/written-by-a-validation
  { : >"$file"; } 2>/dev/null && { echo "Written: $folder"; rm -f "$file"; }
done
echo "Root: $(grep -m 1 ' / ' /proc/mounts)"
[ ! -e /var/run/secrets/kubernetes.io ] || echo "Token: yes"
first() { for file; do [ ! -r "$file" ] || { echo "$(<"$file")"; return; }; done; }
echo "Memory: $(first /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes)"
echo "Cpu: $(first /sys/fs/cgroup/cpu.max) $(first /sys/fs/cgroup/cpu/cpu.cfs_quota_us) $(first /sys/fs/cgroup/cpu/cpu.cfs_period_us)"
`

type Facts = ReadonlyMap<string, string>

/** Reads the lines `Name: value`. */
function parseFacts(text: string): Map<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', ...value] = line.split(':')
      return [name, value.join(':').trim().replace(/\s+/g, ' ')]
    }),
  )
}

const units: Record<string, number> = { m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 }

/** A quantity of Kubernetes as a number. */
export function quantity(text: string): number {
  const [, number = '', unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(text) ?? []
  return Number(number || NaN) * (unit === '' ? 1 : (units[unit] ?? NaN))
}

const NOBODY = '1001 1001 1001 1001'
const NOTHING = '0000000000000000'

/** What a container's first process has that it should not. */
function excess(facts: Facts): string[] {
  const expected: [string, string][] = [
    ['Uid', NOBODY],
    ['Gid', NOBODY],
    ...['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((set): [string, string] => [set, NOTHING]),
    ['NoNewPrivs', '1'],
    ['Seccomp', '2'],
  ]
  return expected.flatMap(([name, value]) =>
    facts.get(name) === value ? [] : [`${name} is ${facts.get(name) ?? 'unknown'}`],
  )
}

/** What the kernel allows of what was to be limited; undefined if it can't be told. */
function inForce(facts: Facts): { memory: number; cpu: number } | undefined {
  const memory = Number(facts.get('Memory') || NaN)
  const [quota, period] = (facts.get('Cpu') ?? '').trim().split(' ').map(Number)
  if (quota === undefined || period === undefined || Number.isNaN(memory) || Number.isNaN(quota / period))
    return undefined
  return { memory, cpu: quota / period }
}

function judgeLimits({ subject, container }: LiveContainer, facts: Facts): Finding {
  const rule = 'limits-in-force'
  const { cpu = '', memory = '' } = container.resources?.limits ?? {}
  const found = inForce(facts)
  if (found === undefined) {
    const evidence = `the kernel says memory '${facts.get('Memory') ?? ''}', CPU '${facts.get('Cpu') ?? ''}'`
    return finding(rule, subject, 'could not verify', evidence)
  }
  const evidence = `${found.memory / 2 ** 20} MiB, ${found.cpu} CPU`
  // The kernel counts memory in pages and processor time in ticks.
  const near = (one: number, other: number) => Math.abs(one - other) <= other / 100
  return near(found.memory, quantity(memory)) && near(found.cpu, quantity(cpu))
    ? finding(rule, subject, 'passed', `the kernel allows ${evidence}`)
    : finding(
        rule,
        subject,
        'failed',
        `the pod says ${memory}, ${cpu}; the kernel allows ${evidence}`,
        'delete the pod, and look at the log of the kubelet',
      )
}

/** What is asked of the kernel about a container. What reads the node is restricted in its own ways. */
function rulesFor({ subject, namespace }: WantedContainer): string[] {
  if (namespace !== names.namespace) return ['limits-in-force']
  const token = readTheApi.includes(subject) ? [] : ['has-no-token']
  return ['limits-in-force', 'runs-restricted', 'root-read-only', ...token]
}

/** Of what does not run, or does not answer, the kernel says nothing. */
export const unknown = (wanted: WantedContainer, why = 'no pod of it runs'): Finding[] =>
  rulesFor(wanted).map((rule) =>
    finding(rule, wanted.subject, 'could not verify', why, './dway status says what it waits for'),
  )

/** What the kernel says of a container of the bank: who runs it, with which rights, what it may write and use. */
export async function judgeByKernel(live: LiveContainer): Promise<Finding[]> {
  const { subject, pod, container } = live
  const look = async () => (await inContainer(pod, container.name, ['bash', '-s'], LOOK)).stdout
  let stdout = await look()
  // One that was too busy to tell is asked once more.
  if (!stdout.includes('Cpu:')) stdout = await look()
  const facts = parseFacts(stdout)
  if (!facts.has('Cpu')) return unknown(live, 'the container gave no answer')
  const limits = judgeLimits(live, facts)
  const judge = (rule: string, wrong: readonly string[], good: string, remedy: string) =>
    wrong.length === 0
      ? finding(rule, subject, 'passed', good)
      : finding(rule, subject, 'failed', wrong.join(', '), remedy)
  const HARDENED = 'k8s/components/hardened says what all pods have: ./dway up'
  const written = stdout.matchAll(/^Written: (.*)$/gm)
  const root = facts.get('Root') ?? ''
  const found = [
    limits,
    judge('runs-restricted', excess(facts), 'as user 1001, without any capability', HARDENED),
    judge(
      'root-read-only',
      [
        ...[...written].map(([, folder = '']) => `${folder} can be written to`),
        ...(/ ro[, ]/.test(root) ? [] : [`it is mounted as ${root}`]),
      ],
      'nothing can be written to it',
      HARDENED,
    ),
    judge('has-no-token', facts.has('Token') ? ['it has one'] : [], 'none is mounted', HARDENED),
  ]
  return found.filter(({ rule }) => rulesFor(live).includes(rule))
}
