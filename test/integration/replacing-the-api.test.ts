import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { runningPods } from '../support/pods.ts'
import { newCustomer, type Visitor } from '../support/visitor.ts'

const { visitor, account } = await newCustomer()
const savings = await visitor.openAccount('Savings')

const rolledOut = () => kubectlBank(['rollout', 'status', 'deployment/api', '--timeout', '90s'])

/** Sends one cent under one key until the bank says that it is done. */
async function sendCent(sender: Visitor, key: string): Promise<void> {
  const body = { fromAccountId: account.id, toAccountNumber: savings.number, amount: 1, reference: key }
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const status = await sender.transfer(body, key).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 201) return
    expect([0, 502, 503, 504]).toContain(status)
    await sleep(250)
  }
  throw new Error(`${key} was not sent in time`)
}

describe('while the api is replaced', () => {
  it(
    'by force, money that is asked for until it is sent is sent exactly once',
    { timeout: 120_000 },
    async () => {
      const pod = (await runningPods()).find(
        ({ metadata }) => metadata.labels['app.kubernetes.io/name'] === 'api',
      )
      const sendings = Array.from({ length: 40 }, async (_, index) => {
        await sleep(index * 50)
        await sendCent(visitor, `replaced-${index}-${account.id}`)
      })
      await sleep(500)
      await kubectlBank(['delete', 'pod', pod?.metadata.name ?? '', '--grace-period=1', '--wait=false'])
      await Promise.all(sendings)
      await rolledOut()
      const after = await visitor.accounts()
      expect(after.map(({ balance }) => balance)).toEqual([100_000 - 40, 40])
    },
  )

  describe('by a new revision that drains as in production', () => {
    // In dev the api leaves at once, so that an edit is served at once.
    afterAll(async () => {
      await kubectlBank(['set', 'env', 'deployment/api', 'DRAIN_DELAY_SECONDS-'])
      await rolledOut()
    })

    it('no request fails', { timeout: 180_000 }, async () => {
      await kubectlBank(['set', 'env', 'deployment/api', 'DRAIN_DELAY_SECONDS=5'])
      await rolledOut()
      const old = (await runningPods()).find(
        ({ metadata }) => metadata.labels['app.kubernetes.io/name'] === 'api',
      )

      let traffic = true
      const statuses = new Map<number, number>()
      const client = async () => {
        while (traffic) {
          const status = await visitor.ask('/accounts').then(
            (answer) => answer.status,
            () => 0,
          )
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          await sleep(20)
        }
      }
      const clients = Promise.all([client(), client(), client()])
      await kubectlBank(['rollout', 'restart', 'deployment/api'])
      await rolledOut()
      await kubectlBank(['wait', '--for=delete', `pod/${old?.metadata.name ?? ''}`, '--timeout=60s'])
      traffic = false
      await clients

      expect([...statuses.keys()]).toEqual([200])
      expect(statuses.get(200)).toBeGreaterThan(100)
    })
  })
})
