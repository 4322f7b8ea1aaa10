import { Redis } from 'ioredis'
import { EventEmitter, once } from 'node:events'
import net from 'node:net'
import { Writable } from 'node:stream'
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Pool } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createServer } from '../app.ts'
import { loggerOptions } from '../logging.ts'
import type { Api } from '../routes/types.ts'
import { zipkinExporter } from './exporter.ts'
import { traceCommands } from './trace-commands.ts'
import { describeQuery, traceQueries } from './trace-queries.ts'
import { traceRequests } from './trace-requests.ts'
import { createTracing, type Tracing } from './tracing.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const sampled = { traceparent: `00-${TRACE}-${PARENT}-01` }

let api: Api
let tracing: Tracing
let server: net.Server
let redis: Redis
let spans: ReadableSpan[]
let log: string

const collector = new InMemorySpanExporter()
// It would forget what it has.
collector.shutdown = async () => undefined

/** Reads what was recorded. */
async function collect(): Promise<void> {
  await tracing.stop()
  spans = collector.getFinishedSpans()
}

/** A Redis that knows one word. */
async function startRedis(): Promise<net.Server> {
  const listening = net.createServer((socket) => {
    socket.on('data', (data) => {
      for (const _ of data.toString().match(/\*\d+\r\n/g) ?? []) socket.write('+OK\r\n')
    })
    socket.on('error', () => undefined)
  })
  await once(listening.listen(0, '127.0.0.1'), 'listening')
  return listening
}

beforeEach(async () => {
  collector.reset()
  log = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString()
      done()
    },
  })
  server = await startRedis()
  const { port } = server.address() as net.AddressInfo
  redis = new Redis({ port, lazyConnect: true, enableReadyCheck: false })
  const pool = new EventEmitter() as unknown as Pool
  const client = {
    query: async (_text: string, [value]: unknown[]) => {
      if (value === 'wrong') throw new RangeError('no such value: wrong')
      return { rows: [] }
    },
  }
  tracing = createTracing({ exporter: collector, sampleRatio: 0 })
  traceQueries(pool, tracing)
  pool.emit('connect', client)
  traceCommands(redis, tracing)
  api = createServer({ ...loggerOptions('info'), stream })
  traceRequests(api, tracing)
  api.get('/healthz', { config: { counted: false } }, async () => 'ok')
  api.post<{ Body: { value: string } }>('/things/:id', async ({ body }) => {
    await redis.get(`session:${body.value}`)
    await client.query('select id from things where value = $1', [body.value])
    return 'done'
  })
})
afterEach(async () => {
  await api.close()
  redis.disconnect()
  server.close()
})

/** Asks over a real connection, where a body arrives apart from its request. */
async function ask(headers: Record<string, string> = {}, value = 'secret-4711'): Promise<void> {
  const origin = await api.listen({ host: '127.0.0.1', port: 0 })
  const asked = await fetch(`${origin}/things/4711?q=4711`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'proxy-0123456789', ...headers },
    body: JSON.stringify({ value }),
  })
  await asked.text()
  await api.close()
  await collect()
}

const named = (name: string) => spans.find((span) => span.name === name)

describe('a request of the sample', () => {
  it('is a span by its route, below the one that the proxy named', async () => {
    await ask(sampled)
    const span = named('POST /things/:id')
    expect(span?.spanContext().traceId).toBe(TRACE)
    expect(span?.parentSpanContext?.spanId).toBe(PARENT)
    expect(span?.resource.attributes).toEqual({ 'service.name': 'api' })
    expect(span?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/things/:id',
      'http.response.status_code': 200,
      'request.id': 'proxy-0123456789',
    })
  })

  it('has what it asked of Redis and PostgreSQL below it, without values and keys', async () => {
    await ask(sampled)
    const parent = named('POST /things/:id')?.spanContext().spanId
    for (const name of ['get', 'select things']) {
      expect(named(name)?.parentSpanContext?.spanId, name).toBe(parent)
    }
    expect(named('get')?.attributes).toEqual({ 'db.system.name': 'redis' })
    expect(named('select things')?.attributes).toEqual({ 'db.system.name': 'postgresql' })
    const told = JSON.stringify(
      spans.map(({ name, attributes, status, events }) => [name, attributes, status, events]),
    )
    expect(told).not.toContain('4711')
  })

  it('is found by its line in the log', async () => {
    await ask(sampled)
    const line = log.split('\n').find((text) => text.includes('request completed'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ trace_id: TRACE, requestId: 'proxy-0123456789' })
  })

  it('says which step failed, and nothing of what the error says', async () => {
    await ask(sampled, 'wrong')
    expect(named('select things')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'RangeError' },
    })
    expect(named('POST /things/:id')?.attributes['http.response.status_code']).toBe(500)
    expect(JSON.stringify(spans.map(({ attributes, status }) => [attributes, status]))).not.toContain('such')
  })
})

describe('no span', () => {
  it.each([
    ['whom the proxy left out', { traceparent: `00-${TRACE}-${PARENT}-00` }],
    ['who brings no decision, at a ratio of 0', {}],
    ['whose parent is malformed', { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` }],
  ])('is of somebody %s', async (_what, headers) => {
    await ask(headers)
    expect(spans).toEqual([])
    expect(log).toContain('request completed')
    expect(log).not.toContain('trace_id')
  })

  it('is of a probe', async () => {
    await api.inject({ url: '/healthz', headers: sampled })
    await collect()
    expect(spans).toEqual([])
  })
})

describe('a collector that is away', () => {
  it('costs one line in the log', async () => {
    const warnings: unknown[] = []
    const exporter = zipkinExporter('http://127.0.0.1:1/api/v2/spans', {
      warn: (...words: unknown[]) => void warnings.push(words),
    })
    await ask(sampled)
    const send = () => new Promise((resolve) => exporter.export(spans, resolve))
    await send()
    await send()
    expect(warnings).toHaveLength(1)
    expect(JSON.stringify(warnings)).toContain('ECONNREFUSED')
  })

  it('holds up the end for a second at most', async () => {
    const silent = createTracing({
      exporter: { export: () => undefined, shutdown: async () => undefined },
      sampleRatio: 1,
    })
    const trace = silent.begin({ method: 'GET', id: 'one', traceparent: undefined })
    trace?.end({ route: '/', status: 200, brokenOff: false })
    const started = performance.now()
    await silent.stop()
    expect(performance.now() - started).toBeLessThan(1500)
  })
})

describe('a query', () => {
  it.each([
    ['begin', 'begin'],
    [
      "select pg_advisory_xact_lock(hashtextextended('accounts of ' || $1, 0))",
      'select pg_advisory_xact_lock',
    ],
    ['\n  insert into security_events (kind) values ($1)', 'insert security_events'],
    ['update customers set name = $2 where id = $1', 'update customers'],
    ['', 'query'],
  ])('%j is called %j', (text, name) => {
    expect(describeQuery(text)).toEqual({ name, system: 'postgresql' })
  })

  it('that has a name is called by it', () => {
    expect(describeQuery({ name: 'transfer', text: 'select book($1)' }).name).toBe('transfer')
  })
})
