import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { RENEWAL } from '../../scripts/lib/certs/acme.ts'
import type { Listed } from '../../scripts/lib/certs/list.ts'
import { findFrontDoor } from '../../scripts/lib/front-door.ts'
import { HttpsClient } from '../../scripts/lib/https-client.ts'
import { withForward } from '../../scripts/lib/logs/forward.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { ensureSecrets, readSecret } from '../../scripts/lib/secrets.ts'
import { root } from '../../scripts/lib/settings.ts'
import { $, kubectlBank } from '../../scripts/lib/shell.ts'
import { plantWhileAway, takeAway } from '../drills/workloads.ts'
import { askPlain } from '../support/front-door.ts'
import { imageOf, plantPod } from '../support/planted-pod.ts'
import { lastWords, plantRenewal } from '../support/planted-renewal.ts'
import { hostsOf, runningSites } from '../../scripts/lib/proxy-hosts.ts'
import { shownFingerprint, whileAsking } from '../support/steady-requests.ts'
import { pushToolImage } from '../../scripts/lib/tool-images.ts'

const certs = (...words: string[]) => $`node ${path.join(root, 'scripts/certs.ts')} ${words}`
const SECRET = 'proxy-tls'

/** The root that Pebble has made for itself, as it says where nobody but its owner asks. */
async function rootOfPebble(): Promise<string> {
  const selector = ['--selector', 'app.kubernetes.io/name=pebble', '--output', 'name']
  const pod = (await kubectlBank(['get', 'pods', ...selector])).stdout.trim().replace('pod/', '')
  const { 'ca.crt': authority = '' } = await readSecret('local-ca')
  return withForward(pod, 15_000, async (origin) => {
    const { hostname: host, port } = new URL(origin)
    const pebble = new HttpsClient({ host, port: Number(port), name: 'localhost', origin, authority }, 1)
    try {
      return (await pebble.ask('/roots/0')).text
    } finally {
      pebble.close()
    }
  })
}

/** Shakes hands under a name, trusting that root alone. */
async function shakeHands(name: string, ca: string): Promise<void> {
  const { host, port } = await findFrontDoor()
  const socket = tls.connect({ host, port, servername: name, ca })
  try {
    await once(socket, 'secureConnect')
  } finally {
    socket.destroy()
  }
}

async function replace(workload: string, ...change: string[]): Promise<void> {
  await kubectlBank(['set', 'env', workload, ...change])
  await kubectlBank(['rollout', 'status', workload, '--timeout=120s'])
}

/** Where challenges are passed on to. */
const leadChallengesTo = (name: string) =>
  kubectlBank([
    'patch',
    'service/acme-challenge',
    '--type=merge',
    `--patch=${JSON.stringify({ spec: { selector: { 'app.kubernetes.io/name': name } } })}`,
  ])

/** Makes a change, and unmakes it if it fails half way. What it returns unmakes it. */
async function changed(
  change: () => Promise<unknown>,
  back: () => Promise<unknown>,
): Promise<() => Promise<unknown>> {
  try {
    await change()
    return back
  } catch (error) {
    await back()
    throw error
  }
}

/** Answers every challenge with the path that it was asked for. */
const ECHO = `
require('node:http').createServer((request, response) => response.end(request.url)).listen(8080)
`

/** A directory that gives nobody anything, in the place of Pebble. */
const LIMITED = `
const { createServer } = require('node:https')
const { readFileSync } = require('node:fs')
const tls = { cert: readFileSync('/tls/tls.crt'), key: readFileSync('/tls/tls.key') }
const at = (path) => 'https://pebble:14000/' + path
const directory = { newNonce: at('nonce'), newAccount: at('account'), newOrder: at('order'), revokeCert: at('revoke'), keyChange: at('key') }
const limit = { type: 'urn:ietf:params:acme:error:rateLimited', detail: 'too many certificates for these names' }
createServer(tls, (request, response) => {
  response.setHeader('replay-nonce', Buffer.alloc(21).toString('base64url'))
  const refused = request.method === 'POST'
  response.writeHead(refused ? 429 : 200, { 'content-type': refused ? 'application/problem+json' : 'application/json', 'retry-after': '3600' })
  response.end(JSON.stringify(refused ? limit : directory))
}).listen(14000)
createServer(tls, (_, response) => response.end(tls.cert)).listen(15000)
`

const limitRate = () =>
  plantWhileAway('deployment/pebble', async () =>
    plantPod('limited-directory', {
      image: await imageOf('deployment/api'),
      labels: { 'app.kubernetes.io/name': 'pebble' },
      command: ['node', '--eval', LIMITED],
      container: {
        ports: [
          { name: 'acme', containerPort: 14_000 },
          { name: 'management', containerPort: 15_000 },
        ],
        readinessProbe: { httpGet: { path: '/dir', port: 'acme', scheme: 'HTTPS' }, periodSeconds: 1 },
        volumeMounts: [{ name: 'tls', mountPath: '/tls', readOnly: true }],
      },
      spec: { volumes: [{ name: 'tls', secret: { secretName: 'pebble-tls', defaultMode: 0o444 } }] },
    }),
  )

describe.runIf(profile() === 'full')('a certificate of the front door by ACME', () => {
  // A minute is for a cluster that is slow to let a new pod through: who waits in vain need not wait so long.
  const patience = (change: string) => kubectlBank(['set', 'env', `cronjob/${RENEWAL}`, change])
  afterAll(() => certs('renew', SECRET), 240_000)

  it(
    'is had by a real challenge, and no request fails while the proxy takes it',
    { timeout: 300_000 },
    async () => {
      const before = await shownFingerprint()
      const { served, failures } = await whileAsking(async () => {
        await certs('acme')
        await expect.poll(shownFingerprint, { timeout: 15_000 }).not.toBe(before)
        // Until the pod before has gone.
        await sleep(10_000)
      })
      expect(failures.join('\n')).toBe('')
      expect(served).toBeGreaterThan(200)
      const pebble = await rootOfPebble()
      const { name } = await findFrontDoor()
      for (const host of hostsOf(name, runningSites())) await shakeHands(host, pebble)
      const { 'ca.crt': local = '' } = await readSecret('local-ca')
      await expect(shakeHands(name, local)).rejects.toThrow(/certificate/)
    },
  )

  it('is left alone by ./dway up, which finds it good', async () => {
    const before = await shownFingerprint()
    const { certificates } = JSON.parse((await certs('list', '--json')).stdout) as { certificates: Listed[] }
    const listed = certificates.find(({ secret }) => secret === SECRET)
    expect(listed?.issuer).toMatch(/^Pebble Intermediate CA/)
    expect(listed?.due).toBeUndefined()
    expect(await ensureSecrets()).toEqual([])
    expect((await readSecret(SECRET))['tls.crt']).toBeDefined()
    expect(await shownFingerprint()).toBe(before)
  })

  it(
    'is left alone by a renewal that nobody asked for, as production has them',
    { timeout: 180_000 },
    async () => {
      const held = await readSecret(SECRET)
      const proxy = ['get', 'deployment/proxy', '--output', 'jsonpath={.metadata.generation}']
      const generation = (await kubectlBank(proxy)).stdout
      const remove = await plantRenewal('nothing-due', ({ containers }) => {
        for (const container of containers)
          container.env = container.env.filter(({ name }) => name !== 'FORCE')
      })
      try {
        const { phase, said } = await lastWords('nothing-due', 120)
        expect(said).toMatch(/^acme: nothing to do: the certificate lasts until \d{4}-\d\d-\d\d$/)
        expect(phase).toBe('Succeeded')
      } finally {
        await remove()
      }
      expect(await readSecret(SECRET)).toEqual(held)
      expect((await kubectlBank(proxy)).stdout).toBe(generation)
    },
  )

  it('a challenge is passed on as its token alone, however it is written', { timeout: 150_000 }, async () => {
    const at = '/.well-known/acme-challenge'
    const remove = await plantPod('challenge-echo', {
      image: await imageOf('deployment/api'),
      labels: { 'app.kubernetes.io/name': 'acme' },
      command: ['node', '--eval', ECHO],
      container: { ports: [{ name: 'challenge', containerPort: 8080 }] },
    })
    try {
      await expect
        .poll(async () => (await askPlain(`${at}/token`)).text, { timeout: 30_000, interval: 500 })
        .toBe(`${at}/token`)
      const forms = [
        `${at}/token?x=1`,
        `${at}/token%0a`,
        `${at}/a/../token`,
        '//.well-known//acme-challenge//token',
      ]
      for (const form of forms) {
        const { status, text } = await askPlain(form)
        expect({ form, status, text }).toEqual({ form, status: 200, text: `${at}/token` })
      }
    } finally {
      await remove()
    }
  })

  it.each<[string, () => Promise<() => Promise<unknown>>, RegExp]>([
    [
      'the directory is down',
      () => takeAway('deployment/pebble'),
      /https:\/\/pebble:15000\/roots\/0 does not answer: is it down/,
    ],
    [
      'challenges lead to nobody',
      () =>
        changed(
          async () => {
            await patience('WAY_SECONDS=20')
            await leadChallengesTo('nobody')
          },
          async () => {
            try {
              await leadChallengesTo('acme')
            } finally {
              await patience('WAY_SECONDS-')
            }
          },
        ),
      /does not lead to this pod/,
    ],
    [
      'the directory looks for the challenge elsewhere',
      () =>
        changed(
          () => replace('deployment/pebble', 'FRONT_DOOR=web'),
          () => replace('deployment/pebble', 'FRONT_DOOR=proxy'),
        ),
      /the directory did not find its challenge answered: does each name lead to port 80/,
    ],
    ['the directory was asked too often', limitRate, /asked too often: wait until its limit is over/],
  ])(
    'stays as it is when %s, which ./dway certs acme says in one line',
    { timeout: 420_000 },
    async (_what, plant, said) => {
      const before = await shownFingerprint()
      const held = await readSecret(SECRET)
      const remove = await plant()
      try {
        const { exitCode, stderr } = await certs('acme').nothrow()
        expect(exitCode).not.toBe(0)
        const last = stderr.trim().split('\n').at(-1)
        expect(last).toMatch(/^dway certs: the front door keeps its certificate: /)
        expect(last).toMatch(said)
      } finally {
        await remove()
      }
      expect(await readSecret(SECRET)).toEqual(held)
      expect(await shownFingerprint()).toBe(before)
    },
  )

  it('stays as it is when the new one is of another time than the clock', { timeout: 300_000 }, async () => {
    const before = await shownFingerprint()
    const held = await readSecret(SECRET)
    const clock = await pushToolImage('clock')
    const mount = { name: 'clock', mountPath: '/clock' }
    const resources = { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '200m', memory: '32Mi' } }
    const remove = await plantRenewal('clock-ahead', (spec) => {
      spec.volumes.push({ name: 'clock', emptyDir: { sizeLimit: '1Mi' } })
      spec.initContainers = [
        {
          name: 'clock',
          image: clock,
          command: ['bash', '-c', 'cp /usr/lib/*/faketime/libfaketimeMT.so.1 /clock/'],
          resources,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [mount],
        },
      ]
      for (const { env, volumeMounts } of spec.containers) {
        volumeMounts.push(mount)
        env.push(
          { name: 'LD_PRELOAD', value: '/clock/libfaketimeMT.so.1' },
          { name: 'FAKETIME', value: '+100d' },
        )
      }
    })
    try {
      const { phase, said } = await lastWords('clock-ahead', 180)
      expect(phase).toBe('Failed')
      expect(said).toMatch(
        /^acme: the front door keeps its certificate: the new certificate has ended already: /,
      )
    } finally {
      await remove()
    }
    expect(await readSecret(SECRET)).toEqual(held)
    expect(await shownFingerprint()).toBe(before)
  })
})

it.runIf(profile() === 'core')('the profile core has no ACME directory, and says so', async () => {
  const { exitCode, stderr } = await certs('acme').nothrow()
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain('this bank has no ACME directory: ./dway up --profile full adds one')
})
