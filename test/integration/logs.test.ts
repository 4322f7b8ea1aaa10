import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { inNode } from '../../scripts/lib/container-process.ts'
import { toolsHeaders } from '../../scripts/lib/front-door.ts'
import type { LogRecord } from '../../scripts/lib/logs/print.ts'
import { names, root } from '../../scripts/lib/settings.ts'
import { $, kubectl, kubectlBank } from '../../scripts/lib/shell.ts'
import { ask, bankHost } from '../support/front-door.ts'
import { found, foundWithin, type LineWriter, startLineWriter } from '../support/numbered-lines.ts'
import { eventually } from '../support/tools.ts'
import { bodyOf, newCredentials, newCustomer, sessionCookie, Visitor } from '../support/visitor.ts'

const podOf = (record: LogRecord) => record['kubernetes.pod_name'] ?? ''
const containers = (records: readonly LogRecord[]) => [
  ...new Set(records.map((record) => record['kubernetes.container_name'] ?? '')),
]

/** The lines of a request, as soon as proxy and api have both written theirs, or after ten seconds. */
const linesOf = (requestId: string) =>
  foundWithin(10, `requestId:="${requestId}"`, (records) => containers(records).length >= 2)

describe('a request', () => {
  it('is found by its id in the store, from proxy and api, within ten seconds', async () => {
    const requestId = `logs-${randomUUID()}`
    await new Visitor().ask('/me', { headers: { 'x-request-id': requestId } })
    const records = await linesOf(requestId)
    expect(containers(records).sort()).toEqual(['api', 'proxy'])
    const [api, proxy] = ['api', 'proxy'].map((service) => records.find((one) => one['service'] === service))
    expect(api).toMatchObject({ level: 'info', 'kubernetes.pod_namespace': 'dwaybank' })
    expect(podOf(api ?? {})).toMatch(/^api-/)
    expect(podOf(proxy ?? {})).toMatch(/^proxy-/)
    expect(proxy).toMatchObject({ path: '/api/me', status: '401' })
  })

  it('is printed by ./dway logs', async () => {
    const requestId = `logs-${randomUUID()}`
    await new Visitor().ask('/me', { headers: { 'x-request-id': requestId } })
    await linesOf(requestId)
    const query = `requestId:="${requestId}"`
    const printed = await $({ cwd: root })`node scripts/logs.ts ${query} --since 10m`
    expect(printed.stdout).toMatch(/ \[pod\/api-[^/ ]+\/api\] info request completed /)
    expect(printed.stdout).toMatch(/ \[pod\/proxy-[^/ ]+\/proxy\] info request /)
    const json = await $({ cwd: root })`node scripts/logs.ts ${query} --since 10m --json`
    for (const line of json.stdout.trim().split('\n'))
      expect(JSON.parse(line)).toHaveProperty(['kubernetes.pod_name'])
  })

  it('that nobody made is not found, and a mistake in a query is said in one line', async () => {
    expect(await found(`requestId:="${randomUUID()}"`)).toEqual([])
    const wrong = await $({ cwd: root, nothrow: true })`node scripts/logs.ts ${'level:error | nonsense'}`
    expect(wrong.exitCode).toBe(2)
    expect(wrong.stderr).toMatch(/^dway logs: [^\n]*nonsense[^\n]*\n$/)
  })
})

describe('the page of the store', () => {
  it('opens by its name, and takes no lines there', async () => {
    const host = `logs.${bankHost}`
    const headers = await toolsHeaders()
    expect((await ask('/', { host })).status).toBe(401)
    expect((await ask('/select/vmui/', { host })).status).toBe(401)
    expect((await ask('/', { host, headers })).headers.location).toBe('/select/vmui/')
    expect((await ask('/select/vmui/', { host, headers })).text).toContain('VictoriaLogs')
    for (const path of [
      '/insert/jsonline',
      '/internal/force_flush',
      '/delete/run_task',
      '/flags',
      '/metrics',
    ])
      expect((await ask(path, { host, headers })).status, path).toBe(404)
  })
})

describe('no line has', () => {
  // Letters and digits alone: a search for it finds it within anything.
  const canary = (what: string) => `canary${what}${randomUUID().replaceAll('-', '')}`
  const lines = (text: string) => found(`*:~"${text}"`)

  it('a password, a cookie, an address or an account number, while what may be logged is found', async () => {
    const control = canary('path')
    const secrets = { wrong: canary('wrong'), registered: canary('registered'), cookie: canary('cookie') }
    const { visitor, account, credentials } = await newCustomer()

    const guess = await new Visitor().post('/login', { email: credentials.email, password: secrets.wrong })
    expect(guess.status).toBe(401)
    const credentialsOfAnother = { ...newCredentials(), password: secrets.registered }
    const another = new Visitor()
    bodyOf(await another.post('/register', credentialsOfAnother), 201)
    const [payee] = await another.accounts()
    // PostgreSQL names the address that is taken.
    expect((await new Visitor().post('/register', credentialsOfAnother)).status).toBe(409)
    const stranger = new Visitor()
    stranger.session = secrets.cookie
    expect((await stranger.ask('/me')).status).toBe(401)
    const transfer = { fromAccountId: account.id, amount: 100, reference: canary('reference') }
    bodyOf(await visitor.transfer({ ...transfer, toAccountNumber: payee?.number ?? '' }), 201)
    const session = visitor.session ?? ''
    const headers = { 'x-request-id': control, cookie: `${sessionCookie}=${session}` }
    await visitor.ask(`/${control}?secret=${canary('query')}`, { headers, undocumented: true })

    // Each log is read in its order: what was written before is there as well.
    const written = await linesOf(control)
    expect(containers(written).sort()).toEqual(['api', 'proxy'])
    expect((await lines(control)).length).toBeGreaterThanOrEqual(2)
    const all = {
      ...secrets,
      session,
      reference: transfer.reference,
      from: account.number,
      to: payee?.number ?? '',
      email: credentials.email,
      emailOfAnother: credentialsOfAnother.email,
      password: credentials.password,
    }
    for (const [what, text] of Object.entries(all)) {
      expect(text.length, what).toBeGreaterThan(8)
      expect(await lines(text.replaceAll(/\W/g, '.')), what).toEqual([])
    }
    expect(await lines('canaryquery')).toEqual([])
  })
})

describe('of numbered lines', () => {
  const node = ['--namespace', 'dwaybank-node']
  let writer: LineWriter | undefined
  afterEach(() => writer?.remove())

  it(
    'none is lost and none doubled, though store and agent are each replaced meanwhile',
    { timeout: 240_000 },
    async () => {
      writer = await startLineWriter(2000)
      await kubectlBank(['delete', 'pod', 'victorialogs-0', '--timeout=60s'])
      await kubectl([...node, 'delete', 'pod', '--selector=app.kubernetes.io/name=vlagent', '--timeout=60s'])
      await kubectlBank(['wait', '--for=create', 'pod/victorialogs-0', '--timeout=60s'])
      await kubectlBank(['wait', '--for=condition=Ready', 'pod/victorialogs-0', '--timeout=90s'])
      await kubectl([...node, 'rollout', 'status', 'daemonset/vlagent', '--timeout=90s'])
      expect(await writer.counted(60)).toEqual({ lines: writer.lines, numbers: writer.lines })
    },
  )

  it(
    'none is lost and none doubled, though the node rotates them away, and the pod ends with many and is deleted',
    { timeout: 240_000 },
    async () => {
      writer = await startLineWriter(2500, { padding: 8000, lastWords: 500 })
      const logs = `/var/log/pods/${names.namespace}_${writer.pod}_*/*/`
      await eventually(90, async () => Number((await inNode(`ls ${logs} | wc -l`)).stdout) > 1)
      await writer.remove()
      expect(await writer.counted(60)).toEqual({ lines: writer.lines, numbers: writer.lines })
    },
  )
})
