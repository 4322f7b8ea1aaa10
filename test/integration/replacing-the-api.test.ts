import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { podOf } from '../../scripts/lib/pods.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { bodyOf, newCustomer } from '../support/visitor.ts'

const { visitor, account } = await newCustomer()
const savings = await visitor.openAccount('Savings')

interface KubernetesService {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: object; annotations?: object }
  spec: { clusterIP: string; clusterIPs?: string[]; ports: object[] }
}

/** Does something that replaces the api's pod, and waits until the new one serves and the old one is gone. */
async function replaceApi(command: (pod: string) => readonly string[]): Promise<void> {
  const { name } = (await podOf('api')).metadata
  await kubectlBank(command(name))
  await kubectlBank(['rollout', 'status', 'deployment/api', '--timeout', '90s'])
  await kubectlBank(['wait', '--for=delete', `pod/${name}`, '--timeout=60s'])
}

/** Replaces parts of the api's container; null takes a part away. */
function containerPatch(parts: object): readonly string[] {
  const container = { name: 'api', ...parts }
  // As `rollout restart` does it: in a second try the parts are the same, and would make no new pod.
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() }
  const template = { metadata: { annotations }, spec: { containers: [container] } }
  return ['patch', 'deployment/api', '--patch', JSON.stringify({ spec: { template } })]
}

/** Sends one cent under one key until the bank says that it is done. */
async function sendCent(key: string): Promise<void> {
  const body = { fromAccountId: account.id, toAccountNumber: savings.number, amount: 1, reference: key }
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const answer = visitor.transfer(body, key)
    const status = await answer.then(({ status }) => status).catch(() => undefined)
    if (status === 201) return
    expect([undefined, 502, 503, 504]).toContain(status)
    await sleep(250)
  }
  throw new Error(`${key} was not sent in time`)
}

it('a Service that is made anew, at another address, is found again', { timeout: 90_000 }, async () => {
  const { stdout } = await kubectlBank(['get', 'service', 'api', '--output', 'json'])
  const { apiVersion, kind, metadata, spec } = JSON.parse(stdout) as KubernetesService
  const { clusterIP, clusterIPs: _, ...rest } = spec
  const { name, labels, annotations } = metadata
  const again = { apiVersion, kind, metadata: { name, labels, annotations }, spec: rest }
  await kubectlBank(['delete', 'service', 'api'])
  // Held meanwhile, so that the new one cannot get the same.
  const holder = {
    apiVersion,
    kind,
    metadata: { name: 'api-holder' },
    spec: { clusterIP, ports: rest.ports },
  }
  await kubectlBank(['create', '--filename=-'], JSON.stringify(holder))
  try {
    await kubectlBank(['create', '--filename=-'], JSON.stringify(again))
    // By then nginx has let go of its connections to the pod, which would still serve.
    await sleep(5000)
    await vi.waitFor(async () => bodyOf(await visitor.ask('/accounts'), 200), {
      timeout: 60_000,
      interval: 500,
    })
  } finally {
    await kubectlBank(['delete', 'service', 'api-holder'])
  }
})

describe('while the api is replaced', () => {
  it(
    'by force, money that is asked for until it is sent is sent exactly once',
    { timeout: 120_000 },
    async () => {
      const sendings = Array.from({ length: 40 }, async (_, index) => {
        await sleep(index * 100)
        await sendCent(`replaced-${index}-${account.id}`)
      })
      await sleep(500)
      await replaceApi((pod) => ['delete', 'pod', pod, '--grace-period=1', '--wait=false'])
      await Promise.all(sendings)
      // The old pod may have answered them all before the new one serves.
      const after = await vi.waitFor(() => visitor.accounts(), { timeout: 60_000, interval: 500 })
      expect(after.map(({ balance }) => balance)).toEqual([100_000 - 40, 40])
    },
  )

  describe('by a new revision that drains as in production', () => {
    // In dev the api leaves at once, and an edit that Tilt brings to a new pod restarts it.
    const drain = { name: 'DRAIN_DELAY_SECONDS' }
    const inProduction = { command: ['node', 'services/api/src/server.ts'], env: [{ ...drain, value: '10' }] }
    const inDev = { command: null, env: [{ ...drain, $patch: 'delete' }] }
    afterAll(() => replaceApi(() => containerPatch(inDev)))

    it('no request fails', { timeout: 180_000 }, async () => {
      await replaceApi(() => containerPatch(inProduction))
      // The pod before left at once, and its node's proxy rules follow about a second later.
      const steadily = async () => {
        for (let question = 0; question < 20; question += 1) {
          bodyOf(await visitor.ask('/accounts'), 200)
          await sleep(100)
        }
      }
      await vi.waitFor(steadily, { timeout: 60_000 })

      let traffic = true
      let served = 0
      const failures: string[] = []
      const keepAsking = async () => {
        while (traffic) {
          const answer = await visitor.ask('/accounts').catch(String)
          if (typeof answer !== 'string' && answer.status === 200) served += 1
          else failures.push(`${new Date().toISOString()} ${JSON.stringify(answer)}`)
          await sleep(20)
        }
      }
      const clients = Promise.all([keepAsking(), keepAsking(), keepAsking()])
      await replaceApi(() => ['rollout', 'restart', 'deployment/api'])
      traffic = false
      await clients

      expect(failures.join('\n')).toBe('')
      expect(served).toBeGreaterThan(100)
    })
  })
})
