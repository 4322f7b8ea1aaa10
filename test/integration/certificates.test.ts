import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Listed } from '../../scripts/lib/certs/list.ts'
import { certificatesIn } from '../../scripts/lib/certs/pem.ts'
import { certificates } from '../../scripts/lib/certs/table.ts'
import { findFrontDoor, toolsHeaders } from '../../scripts/lib/front-door.ts'
import { HttpsClient } from '../../scripts/lib/https-client.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { shownFingerprint, whileAsking } from '../support/steady-requests.ts'

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
  expect(failures).toEqual([])
  expect(served).toBeGreaterThan(200)
  expect(proxyOf(await list())?.fingerprint).toBe(await shownFingerprint())
})

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
  { timeout: 360_000 },
  async () => {
    const before = await readSecret('local-ca')
    const { served, failures } = await whileAsking(async () => {
      await certs('rotate-ca', '--yes')
      await sleep(10_000)
    })
    expect(failures).toEqual([])
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
  [['change'], "dway certs: 'change' is not known: use list, renew, rotate-ca, trust, untrust"],
])('./dway certs %s is refused in one line', async (words, message) => {
  const { stderr, exitCode } = await certs(...words).nothrow()
  expect(stderr.trim()).toBe(message)
  expect(exitCode).toBe(2)
})
