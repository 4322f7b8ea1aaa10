import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { killProcess } from '../../scripts/lib/container-process.ts'
import { isReady } from '../../scripts/lib/kubernetes.ts'
import { inContainer, podOf } from '../../scripts/lib/pods.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import type { Question } from '../support/front-door.ts'
import { newCredentials, newCustomer } from '../support/visitor.ts'

const { visitor, credentials, account } = await newCustomer()
const { email, password } = credentials

type Asked = readonly [string, Question]

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Asked => [
  path,
  { method: 'POST', body, headers },
]

/** What PostgreSQL is needed for; all of it needs Redis too. */
const needsBoth: readonly Asked[] = [
  ['/me', {}],
  ['/accounts', {}],
  [`/accounts/${account.id}/entries`, {}],
  ['/security-events', {}],
  post('/accounts', { name: 'Savings' }),
  post(
    '/transfers',
    { fromAccountId: account.id, toAccountNumber: '0000000195', amount: 1, reference: '' },
    { 'idempotency-key': 'gone' },
  ),
  ['/me', { method: 'PATCH', body: { name: 'Other Name' } }],
  post('/password', { currentPassword: password, newPassword: 'another horse battery' }),
  post('/login', { email, password }),
  post('/register', newCredentials()),
]

const needsRedis: readonly Asked[] = [
  ['/sessions', {}],
  ['/sessions/0123456789abcdef', { method: 'DELETE' }],
]

/** The limit of one answer: the proxy's patience is longer, and so is that of the page. */
const ANSWER_SECONDS = 12

async function apiPod() {
  const pod = await podOf('api')
  return {
    name: pod.metadata.name,
    ready: isReady(pod),
    restarts: pod.status.containerStatuses?.find(({ name }) => name === 'api')?.restartCount,
  }
}

async function healed(): Promise<void> {
  await vi.waitFor(async () => expect((await visitor.ask('/me')).status).toBe(200), {
    timeout: 90_000,
    interval: 500,
  })
  await vi.waitFor(async () => expect((await apiPod()).ready).toBe(true), { timeout: 60_000, interval: 500 })
}

describe.each([
  { store: 'redis', asked: [...needsBoth, ...needsRedis] },
  { store: 'postgres', asked: needsBoth },
])('with $store gone', ({ store, asked }) => {
  let before: Awaited<ReturnType<typeof apiPod>>

  beforeAll(async () => {
    before = await apiPod()
    await kubectlBank(['scale', `statefulset/${store}`, '--replicas=0'])
    await kubectlBank(['wait', '--for=delete', `pod/${store}-0`, '--timeout=90s'])
  })
  afterAll(async () => {
    await kubectlBank(['scale', `statefulset/${store}`, '--replicas=1'])
    await kubectlBank(['rollout', 'status', `statefulset/${store}`, '--timeout=90s'])
    await healed()
  })

  it('every request that needs it is answered 503, soon and with when to come back', async () => {
    for (const [path, question] of asked) {
      const started = performance.now()
      const answer = await visitor.ask(path, question)
      const what = `${question.method ?? 'GET'} ${path}`
      expect([what, answer.status]).toEqual([what, 503])
      expect([what, answer.headers['retry-after']]).toEqual([what, '2'])
      expect((performance.now() - started) / 1000, what).toBeLessThan(ANSWER_SECONDS)
    }
  })

  it('the api is not ready, but alive', async () => {
    await vi.waitFor(async () => expect((await apiPod()).ready).toBe(false), {
      timeout: 30_000,
      interval: 500,
    })
    const asks = "fetch('http://127.0.0.1:3000/healthz').then(({ status }) => console.log(status))"
    const { stdout } = await inContainer(await podOf('api'), 'api', ['node', '--eval', asks])
    expect(stdout.trim()).toBe('200')
  })

  // Apart, so that a second try of the one above still finds the store gone.
  it('the same process goes on when it is back', async () => {
    await kubectlBank(['scale', `statefulset/${store}`, '--replicas=1'])
    await healed()
    expect(await apiPod()).toEqual(before)
  })

  it('whoever was logged in still is', async () => {
    expect((await visitor.ask('/accounts')).status).toBe(200)
  })
})

it('logins hold when Redis is killed', async () => {
  expect((await visitor.post('/login', { email, password })).status).toBe(200)
  // The append-only file is synced once a second.
  await sleep(2000)
  const restarts = async () => (await podOf('redis')).status.containerStatuses?.[0]?.restartCount
  const before = await restarts()
  await killProcess(await podOf('redis'))
  await vi.waitFor(async () => expect(await restarts()).not.toBe(before), { timeout: 60_000, interval: 500 })
  await healed()
})
