import { randomBytes } from 'node:crypto'
import { runPsql } from '../database.ts'
import { messageOf } from '../errors.ts'
import type { Pod } from '../kubernetes.ts'
import { runRedis } from '../redis.ts'
import type { Check } from '../report.ts'
import { getJson, kubectlBank, must } from '../shell.ts'
import { names } from '../settings.ts'

/** Something that keeps data, and how a mark is left in it. */
interface Store {
  name: string
  workload: string
  pod: string
  write(mark: string): Promise<unknown>
  read(mark: string): Promise<string>
  clean(mark: string): Promise<unknown>
}

const stores: readonly Store[] = [
  {
    name: 'a row outlives the pod of PostgreSQL',
    workload: 'statefulset/postgres',
    pod: 'postgres-0',
    write: (mark) =>
      runPsql(
        'the row was not written',
        `create table ${mark} (mark text);\ninsert into ${mark} values ('${mark}');\n`,
      ),
    read: (mark) => runPsql('the row was not read', `select mark from ${mark};\n`),
    clean: (mark) => runPsql('the row was not removed', `drop table if exists ${mark};\n`),
  },
  {
    name: 'a key outlives the pod of Redis',
    workload: 'statefulset/redis',
    pod: 'redis-0',
    write: (mark) => runRedis('the key was not written', [`SET ${mark} ${mark} EX 600`]),
    read: (mark) => runRedis('the key was not read', [`GET ${mark}`]),
    clean: (mark) => runRedis('the key was not removed', [`DEL ${mark}`]),
  },
]

async function uidOf(pod: string): Promise<string> {
  return (await getJson<Pod>(['--namespace', names.namespace, 'pod', pod])).metadata.uid
}

async function check(store: Store): Promise<Check> {
  const { name, pod, workload } = store
  const mark = `verify_${randomBytes(6).toString('hex')}`
  const remedy = `kubectl --namespace ${names.namespace} describe pod ${pod}, and its claim`
  const started = performance.now()
  try {
    const before = await uidOf(pod)
    await store.write(mark)
    try {
      await must(`${pod} was not deleted`, kubectlBank(['delete', 'pod', pod, '--timeout=90s']))
      await must(`${pod} did not come back`, kubectlBank(['rollout', 'status', workload, '--timeout=90s']))
      if ((await uidOf(pod)) === before) throw new Error(`${pod} is still the same pod`)
      const found = await store.read(mark)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      return found === mark
        ? { name, verdict: 'passed', evidence: `a new ${pod} has it, ${seconds} s later` }
        : { name, verdict: 'failed', evidence: `the new ${pod} has '${found}' instead`, remedy }
    } finally {
      await store.clean(mark)
    }
  } catch (error) {
    return { name, verdict: 'could not verify', evidence: messageOf(error), remedy }
  }
}

/** Deletes the pods that keep data, and looks whether the next ones have it; waits until the api is ready again. */
export async function checkPersistence(): Promise<Check[]> {
  const checks = await Promise.all(stores.map(check))
  await kubectlBank([
    'wait',
    'pods',
    '--selector=app.kubernetes.io/name=api',
    '--for=condition=Ready',
    '--timeout=60s',
  ]).nothrow()
  return checks
}
