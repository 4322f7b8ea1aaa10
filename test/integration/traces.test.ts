import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { profile } from '../../scripts/lib/profile.ts'
import { kubectlBank, must } from '../../scripts/lib/shell.ts'
import { ask, bankHost } from '../support/front-door.ts'
import { askTool, eventually } from '../support/tools.ts'
import { newCustomer, type Newcomer } from '../support/visitor.ts'

/** As Zipkin shows it, which knows no capital letters. */
interface Span {
  id: string
  parentId?: string
  name: string
  kind: string
  tags: Record<string, string>
  localEndpoint: { serviceName: string }
}

/** One line of the proxy or the api. */
type Line = Record<string, unknown> & { trace_id?: string }

/** One request in ten is traced: that none of so many is, happens once in a billion runs. */
const REQUESTS = 200
/** For a line or a span to arrive. */
const ARRIVAL_SECONDS = 30
const host = `traces.${bankHost}`

async function linesOf(service: 'proxy' | 'api', sign: string): Promise<Line[]> {
  const args = ['logs', `deployment/${service}`, '--container', service, '--since=10m']
  const { stdout } = await must(`the ${service}'s log was not read`, kubectlBank(args))
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(sign))
    .map((line) => JSON.parse(line) as Line)
}

const askZipkin = (path: string) => askTool('traces', path)

describe.skipIf(profile() !== 'full')('a request of the sample', () => {
  const run = randomUUID()
  let customer: Newcomer
  let inProxy: Line
  let spans: Span[]

  beforeAll(async () => {
    customer = await newCustomer()
    for (let asked = 0; asked < REQUESTS; asked++) {
      const headers = { 'x-request-id': `${run}-${asked}` }
      expect((await customer.visitor.ask('/accounts', { headers })).status).toBe(200)
    }
    inProxy = await eventually(ARRIVAL_SECONDS, async () =>
      (await linesOf('proxy', run)).find(({ trace_id: id }) => id !== undefined && id !== ''),
    )
    spans = await eventually(ARRIVAL_SECONDS, async () => {
      const answer = await askZipkin(`/api/v2/trace/${inProxy.trace_id}`)
      const found = answer.status === 200 ? (JSON.parse(answer.text) as Span[]) : []
      // Spans are sent in batches, and the one of the request itself ends last.
      return found.some(({ kind }) => kind === 'SERVER') ? found : undefined
    })
  })

  it('is in Zipkin by its route and the id that the answer carried', () => {
    const server = spans.find(({ kind }) => kind === 'SERVER')
    expect(server).toMatchObject({ name: 'get /api/accounts', localEndpoint: { serviceName: 'api' } })
    expect(server?.tags).toMatchObject({
      'http.route': '/api/accounts',
      'http.response.status_code': '200',
      'request.id': inProxy['requestId'],
    })
  })

  it('has what it asked of Redis and PostgreSQL below it, and nothing of the customer', () => {
    const server = spans.find(({ kind }) => kind === 'SERVER')
    const below = spans.filter(({ parentId }) => parentId === server?.id)
    const namesOf = (system: string) =>
      below.filter(({ tags }) => tags['db.system.name'] === system).map(({ name }) => name)
    expect(namesOf('redis')).toContain('getex')
    expect(namesOf('postgresql')).toContainEqual(expect.stringMatching(/^select \w+/))
    const told = JSON.stringify(spans)
    for (const secret of [customer.credentials.email, customer.account.number, customer.account.id]) {
      expect(told).not.toContain(secret)
    }
  })

  it('has its trace in the line of the proxy and of the api', async () => {
    const [inApi] = await eventually(ARRIVAL_SECONDS, async () => {
      const found = await linesOf('api', String(inProxy['requestId']))
      return found.length > 0 ? found : undefined
    })
    expect(inApi).toMatchObject({ requestId: inProxy['requestId'], trace_id: inProxy.trace_id })
  })

  it('is one of some, not of all', async () => {
    const lines = await linesOf('proxy', run)
    const traced = lines.filter(({ trace_id: id }) => id !== '')
    expect(traced.length).toBeLessThan(lines.length / 2)
  })
})

describe.skipIf(profile() !== 'full')('traces', () => {
  it('are shown to nobody without a login', async () => {
    expect((await ask('/zipkin/', { host })).status).toBe(401)
  })

  it('have a page', async () => {
    const answer = await askZipkin('/zipkin/')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('<title>Zipkin</title>')
  })

  it('are not begun by whoever asks', async () => {
    const id = randomUUID().replaceAll('-', '')
    for (let asked = 0; asked < 20; asked++) {
      await ask('/api/me', { headers: { traceparent: `00-${id}-00f067aa0ba902b7-01` } })
    }
    await sleep(3000)
    expect((await askZipkin(`/api/v2/trace/${id}`)).status).toBe(404)
  })
})
