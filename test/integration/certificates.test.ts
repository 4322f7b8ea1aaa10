import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Listed } from '../../scripts/lib/certs/list.ts'
import { certificatesIn } from '../../scripts/lib/certs/pem.ts'
import { certificates } from '../../scripts/lib/certs/table.ts'
import { runPsql } from '../../scripts/lib/database.ts'
import { findFrontDoor, toolsHeaders } from '../../scripts/lib/front-door.ts'
import { HttpsClient } from '../../scripts/lib/https-client.ts'
import { podsOf } from '../../scripts/lib/pods.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { runRedis } from '../../scripts/lib/redis.ts'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { shownFingerprint, whileAsking, type SteadyQuestion } from '../support/steady-requests.ts'
import { newCustomer, sessionCookie } from '../support/visitor.ts'

const known = certificates.map(({ secret }) => secret)
const certs = (...words: string[]) => $`node ${path.join(root, 'scripts/certs.ts')} ${words}`

async function list(): Promise<Listed[]> {
  const { stdout } = await certs('list', '--json')
  return (JSON.parse(stdout) as { certificates: Listed[] }).certificates
}
const proxyOf = (listed: readonly Listed[]) => listed.find(({ secret }) => secret === 'proxy-tls')

it('./dway certs lists each certificate, and the fingerprint is that of the one which is shown', async () => {
  const listed = await list()
  expect(listed.filter(({ due }) => due !== undefined)).toEqual([])
  expect(listed.map(({ secret }) => secret)).toEqual(['local-ca', ...known])
  expect(proxyOf(listed)?.fingerprint).toBe(await shownFingerprint())
  expect((await certs()).stdout).toMatch(/^proxy-tls +dwaybank\.localhost .* deployment\/proxy$/m)
})

it('no request fails while the certificate of the front door is renewed', { timeout: 240_000 }, async () => {
  const before = await shownFingerprint()
  const { served, failures } = await whileAsking(async () => {
    await certs('renew', 'proxy-tls')
    // The pod before may take a connection more.
    await expect.poll(shownFingerprint, { timeout: 15_000 }).not.toBe(before)
    // Until the pod before has gone.
    await sleep(10_000)
  })
  expect(failures.join('\n')).toBe('')
  expect(served).toBeGreaterThan(200)
  expect(proxyOf(await list())?.fingerprint).toBe(await shownFingerprint())
})

/** Which pods serve PostgreSQL, Redis and the api, and how often each of their containers was started. */
async function storesAndApi(): Promise<string[]> {
  const pods = await Promise.all(['postgres', 'redis', 'api'].map((service) => podsOf(service)))
  return pods.flat().flatMap(({ metadata, status }) => {
    const starts = status.containerStatuses ?? []
    return starts.map(({ name, restartCount }) => `${metadata.name} ${metadata.uid} ${name} ${restartCount}`)
  })
}

/** What a customer asks, which the api answers from both stores. */
async function customersQuestion(): Promise<SteadyQuestion> {
  const { visitor } = await newCustomer()
  return { path: '/api/accounts', headers: { cookie: `${sessionCookie}=${visitor.session}` }, status: 200 }
}

it(
  'no request fails while the stores get new certificates, and none of them is started again',
  { timeout: 420_000 },
  async () => {
    const question = await customersQuestion()
    const before = await storesAndApi()
    const stores = ['postgres-tls', 'redis-tls']
    const held = await Promise.all(stores.map((secret) => readSecret(secret)))
    const { served, failures } = await whileAsking(async () => {
      // It ends when each shows its new certificate to new connections.
      await certs('renew', ...stores)
      await sleep(5_000)
    }, question)
    expect(failures.join('\n')).toBe('')
    expect(served).toBeGreaterThan(100)
    const now = await Promise.all(stores.map((secret) => readSecret(secret)))
    for (const [index, { 'tls.crt': certificate }] of now.entries())
      expect(certificate).not.toBe(held[index]?.['tls.crt'])
    expect(await storesAndApi()).toEqual(before)
  },
)

/** Ends the connections that the api has kept: what it opens next meets the certificates of now, by the CA of now. */
async function endConnections(): Promise<void> {
  const ended =
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dwaybank-api';"
  await runPsql('the connections to PostgreSQL were not ended', `${ended}\n`)
  await runRedis('the connections to Redis were not ended', ['CLIENT KILL TYPE normal'])
}

/** Whether the prober outside, which read the CA when it started, has found the front door good since. */
async function probed(since: number): Promise<boolean> {
  const door = await findFrontDoor()
  const prometheus = new HttpsClient({ ...door, name: `prometheus.${door.name}` }, 1)
  try {
    const query = encodeURIComponent(`timestamp(probe_success{job="front-door"} == 1) > ${since / 1000}`)
    const answer = await prometheus.ask(`/api/v1/query?query=${query}`, { headers: await toolsHeaders() })
    return (JSON.parse(answer.text) as { data: { result: unknown[] } }).data.result.length > 0
  } finally {
    prometheus.close()
  }
}

it(
  'no request fails while the CA is changed, for who trusts what its Secret says',
  { timeout: 900_000 },
  async () => {
    const question = await customersQuestion()
    const running = await storesAndApi()
    const before = await readSecret('local-ca')
    const { served, failures } = await whileAsking(async () => {
      await certs('rotate-ca', '--yes')
      await sleep(10_000)
    }, question)
    await endConnections()
    // What was under way when they ended may have failed.
    const again = await whileAsking(() => sleep(8_000), question)
    expect(again.served).toBeGreaterThan(50)
    expect(await storesAndApi()).toEqual(running)
    expect(failures.join('\n')).toBe('')
    expect(served).toBeGreaterThan(200)
    const after = await readSecret('local-ca')
    expect(certificatesIn(after['ca.crt'])).toHaveLength(1)
    expect(after['ca.crt']).not.toBe(before['ca.crt'])
    expect(proxyOf(await list())?.fingerprint).toBe(await shownFingerprint())
    if (profile() !== 'full') return
    const changed = Date.now()
    await expect.poll(() => probed(changed), { timeout: 90_000, interval: 3_000 }).toBe(true)
  },
)

it.each([
  [['renew', 'local-ca'], 'dway certs: local-ca is the CA itself: ./dway certs rotate-ca changes it'],
  [['renew', 'none'], `dway certs: there is no certificate none: choose from ${known.join(', ')}`],
  [['change'], "dway certs: 'change' is not known: use list, renew, rotate-ca, acme, trust, untrust"],
])('./dway certs %s is refused in one line', async (words, message) => {
  const { stderr, exitCode } = await certs(...words).nothrow()
  expect(stderr.trim()).toBe(message)
  expect(exitCode).toBe(2)
})
