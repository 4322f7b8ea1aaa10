import { X509Certificate } from 'node:crypto'
import { beforeEach, expect, it, vi } from 'vitest'
import { ensureSecrets, existingSecrets } from '../secrets.ts'
import { readAuthority } from './authority.ts'
import { certificatesIn } from './pem.ts'
import { rotateAuthority } from './rotate-authority.ts'

type Kept = Record<string, Record<string, string>>

/** A cluster of Secrets, and of workloads that know them as they were when they started. */
let kept: Kept
let running: Record<string, Kept>
let commands: number
let killedAt: number

const PROXY = 'deployment/proxy'
const POSTGRES = 'statefulset/postgres'
const API = 'deployment/api'
const READERS = ['deployment/blackbox-exporter', API]

/** Whether whoever reads ca.crt now, and who read it when it started, trusts what the servers show. */
function checkTrust(): void {
  for (const [server, secret] of [
    [PROXY, 'proxy-tls'],
    [POSTGRES, 'postgres-tls'],
  ] as const) {
    const leaf = new X509Certificate(running[server]?.[secret]?.['tls.crt'] ?? '')
    for (const [who, secrets] of [
      ['now', kept] as const,
      ...READERS.map((one) => [one, running[one]] as const),
    ]) {
      const trusted = certificatesIn(secrets?.['local-ca']?.['ca.crt'])
      expect(
        trusted.some((authority) => leaf.verify(new X509Certificate(authority).publicKey)),
        `who read it ${who} trusts what ${server} shows, after ${commands} commands`,
      ).toBe(true)
    }
  }
}

/** A command that changes something; the one at `killedAt` is the last. */
function command(change: () => void): Promise<{ stdout: string }> {
  if (commands === killedAt) return Promise.reject(new Error('killed'))
  commands += 1
  change()
  if (running[PROXY]) checkTrust()
  return Promise.resolve({ stdout: 'yes' })
}

vi.mock(import('../shell.ts'), async (original) => ({
  ...(await original()),
  workloadExists: (workload) => Promise.resolve(workload in running),
  kubectl: ((_args: readonly string[], input?: string) => {
    const { metadata, stringData } = JSON.parse(input ?? '') as {
      metadata: { name: string }
      stringData: Kept[string]
    }
    return command(() => (kept[metadata.name] = stringData))
  }) as never,
  kubectlBank: ((args: readonly string[]) => {
    const [verb, action, workload = ''] = args
    if (verb === 'rollout')
      return command(() => {
        expect([API, POSTGRES]).not.toContain(workload)
        if (action === 'restart') running[workload] = structuredClone(kept)
      })
    const items = Object.entries(kept).map(([name, values]) => ({
      metadata: { name },
      data: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
      ),
    }))
    return Promise.resolve({ stdout: JSON.stringify({ items }) })
  }) as never,
}))
vi.mock(import('../steps.ts'), async (original) => ({
  ...(await original()),
  step: (_name, work) => work({ now: () => undefined, happened: () => undefined }),
}))
vi.mock(import('./served.ts'), () => ({
  awaitServed: (_endpoint, certificate) => {
    expect(running[PROXY]?.['proxy-tls']?.['tls.crt']).toBe(certificate)
    return Promise.resolve()
  },
}))
vi.mock(import('./read-anew.ts'), () => ({
  awaitReadAnew: async () => {
    await command(() => (running[API] = structuredClone(kept)))
  },
}))
vi.mock(import('./taken-live.ts'), () => ({
  takeLive: async ({ secret, users: [workload = ''] }, _live, certificate) => {
    await command(() => {
      running[workload] = structuredClone(kept)
      expect(kept[secret]?.['tls.crt']).toBe(certificate)
    })
  },
}))

async function authority() {
  const found = readAuthority((await existingSecrets()).get('local-ca'))
  if (!found) throw new Error('there is no CA')
  return found
}

kept = {}
running = {}
commands = 0
killedAt = -1
await ensureSecrets()
const fresh = kept

/** A cluster in which all runs. */
function begin(): void {
  kept = structuredClone(fresh)
  running = Object.fromEntries([PROXY, POSTGRES, ...READERS].map((one) => [one, structuredClone(fresh)]))
  commands = 0
  killedAt = -1
}
beforeEach(begin)

it('another CA is trusted, and issues, and the one before is gone; nobody meets an unknown one meanwhile', async () => {
  const before = await authority()
  await rotateAuthority(before)
  const after = await authority()
  expect(after.current.certificate).not.toBe(before.current.certificate)
  expect(after).toMatchObject({ old: [], stage: 'settled' })
  for (const secrets of [kept, ...READERS.map((one) => running[one])])
    expect(secrets?.['local-ca']?.['ca.crt']).toBe(after.current.certificate)
  for (const shown of [running[PROXY]?.['proxy-tls'], running[POSTGRES]?.['postgres-tls']]) {
    const leaf = new X509Certificate(shown?.['tls.crt'] ?? '')
    expect(leaf.verify(new X509Certificate(after.current.certificate).publicKey)).toBe(true)
  }
})

it(
  'killed before any of its commands, it goes on when it is called again, with the CA that it had made',
  { timeout: 60_000 },
  async () => {
    await rotateAuthority(await authority())
    const all = commands
    expect(all).toBeGreaterThan(8)
    for (let last = 1; last < all; last += 1) {
      begin()
      killedAt = last
      await expect(rotateAuthority(await authority())).rejects.toThrow('killed')
      const begun = await authority()
      expect(begun.stage).not.toBe('settled')
      killedAt = -1
      // An up in between leaves it as it is.
      expect(await ensureSecrets()).toEqual([])
      await rotateAuthority(await authority())
      const after = await authority()
      expect(after).toEqual({ current: begun.current, old: [], stage: 'settled' })
      for (const reader of READERS)
        expect(running[reader]?.['local-ca']?.['ca.crt']).toBe(after.current.certificate)
    }
  },
)
