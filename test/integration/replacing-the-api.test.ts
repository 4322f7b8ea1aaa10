import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { runningPods } from '../support/pods.ts'
import { newCustomer } from '../support/visitor.ts'

const { visitor, account } = await newCustomer()
const savings = await visitor.openAccount('Savings')

/** Does something that replaces the api's pod, and waits until the new one serves and the old one is gone. */
async function replaceApi(command: (pod: string) => readonly string[]): Promise<void> {
  const [old] = await runningPods('api')
  if (!old) throw new Error('no api runs')
  const { name } = old.metadata
  await kubectlBank(command(name))
  await kubectlBank(['rollout', 'status', 'deployment/api', '--timeout', '90s'])
  await kubectlBank(['wait', '--for=delete', `pod/${name}`, '--timeout=60s'])
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

describe('while the api is replaced', () => {
  it(
    'by force, money that is asked for until it is sent is sent exactly once',
    { timeout: 120_000 },
    async () => {
      const sendings = Array.from({ length: 40 }, async (_, index) => {
        await sleep(index * 50)
        await sendCent(`replaced-${index}-${account.id}`)
      })
      await sleep(500)
      await replaceApi((pod) => ['delete', 'pod', pod, '--grace-period=1', '--wait=false'])
      await Promise.all(sendings)
      const after = await visitor.accounts()
      expect(after.map(({ balance }) => balance)).toEqual([100_000 - 40, 40])
    },
  )

  describe('by a new revision that drains as in production', () => {
    // In dev the api leaves at once, so that an edit is served at once.
    const drainDelay = (setting: string) => ['set', 'env', 'deployment/api', `DRAIN_DELAY_SECONDS${setting}`]
    afterAll(() => replaceApi(() => drainDelay('-')))

    it('no request fails', { timeout: 180_000 }, async () => {
      await replaceApi(() => drainDelay('=5'))

      let traffic = true
      const statuses = new Map<number | undefined, number>()
      const keepAsking = async () => {
        while (traffic) {
          const answer = visitor.ask('/accounts')
          const status = await answer.then(({ status }) => status).catch(() => undefined)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          await sleep(20)
        }
      }
      const clients = Promise.all([keepAsking(), keepAsking(), keepAsking()])
      await replaceApi(() => ['rollout', 'restart', 'deployment/api'])
      traffic = false
      await clients

      expect([...statuses.keys()]).toEqual([200])
      expect(statuses.get(200)).toBeGreaterThan(100)
    })
  })
})
