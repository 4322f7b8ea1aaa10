import { setTimeout as sleep } from 'node:timers/promises'
import { awaitOthersGone } from '../../scripts/lib/restart.ts'
import { names } from '../../scripts/lib/settings.ts'
import { getJson, kubectl } from '../../scripts/lib/shell.ts'
import { patiently, type Heal } from '../../scripts/lib/validate/patiently.ts'

/** An object of the running bank, as `deployment/api`, in the bank's own namespace unless told otherwise. */
export interface Planted {
  object: string
  namespace?: string
}

/** An operation of a JSON patch. */
type Operation = { op: 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string }

const within = ({ namespace = names.namespace }: Planted) => ['--namespace', namespace]
const runsPods = (object: string) => /^(deployment|statefulset|daemonset)\//.test(object)

async function patch(planted: Planted, operations: readonly Operation[]): Promise<void> {
  const words = ['patch', planted.object, '--type=json', `--patch=${JSON.stringify(operations)}`]
  await kubectl([...within(planted), ...words])
}

async function settle(planted: Planted): Promise<void> {
  if (!runsPods(planted.object)) return
  await kubectl([...within(planted), 'rollout', 'status', planted.object, '--timeout=150s'])
  // Connections that are open still lead to the pods before, until those end.
  if (planted.namespace === undefined) await awaitOthersGone(planted.object)
}

/**
 * Changes an object, and waits until its pods are of the new kind.
 * @returns makes its specification what it was, and waits again
 */
export async function change(planted: Planted, operations: readonly Operation[]): Promise<Heal> {
  const { spec } = await getJson<{ spec: object }>([...within(planted), planted.object])
  const heal = patiently(async () => {
    // What it was is put back as a whole, so nothing has to be turned round.
    await patch(planted, [{ op: 'replace', path: '/spec', value: spec }])
    await settle(planted)
  })
  try {
    await patch(planted, operations)
    await settle(planted)
    return heal
  } catch (error) {
    await heal()
    throw error
  }
}

interface Stored {
  metadata: Record<string, unknown>
  status?: unknown
}

/** Takes an object away; returns what makes it again. */
export async function takeObjectAway(planted: Planted): Promise<Heal> {
  const { status: _status, ...kept } = await getJson<Stored>([...within(planted), planted.object])
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields'])
    Reflect.deleteProperty(kept.metadata, field)
  await kubectl([...within(planted), 'delete', planted.object])
  return patiently(async () => {
    await kubectl([...within(planted), 'apply', '--server-side', '--filename', '-'], JSON.stringify(kept))
  })
}

/** Heals several things, the last one first, each even if another one fails. */
export const healAll =
  (...heals: readonly Heal[]): Heal =>
  async () => {
    const failures: unknown[] = []
    for (const heal of heals.toReversed()) await heal().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'not all was healed')
  }

/** Plants what an admission policy would refuse, which is unbound until that is healed. */
export async function pastPolicy(policy: string, plant: () => Promise<Heal>): Promise<Heal> {
  const bind = await takeObjectAway({ object: `validatingadmissionpolicybinding/${policy}-dev` })
  try {
    // The API server hears of it a moment later.
    await sleep(2000)
    return healAll(bind, await plant())
  } catch (error) {
    await bind()
    throw error
  }
}
