import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { followElasticsearch, recordOf, searchElasticsearch, type Hit } from './elasticsearch.ts'

const hit = (id: string, message: string, line?: Record<string, unknown>): Hit => ({
  _id: id,
  _source: {
    '@timestamp': new Date().toISOString(),
    message,
    kubernetes: { pod_name: 'api-0' },
    ...(line && { line }),
  },
})

let server: Server
/** A store that answers one after the other, and the last one again and again. */
async function storeOf(...answers: { status: number; body: object }[]) {
  const asked: unknown[] = []
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(JSON.parse(body))
      const { status, body: answer } = answers[Math.min(asked.length, answers.length) - 1] ?? {
        status: 500,
        body: {},
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { asked, store: { origin: `http://127.0.0.1:${port}`, authorization: 'Basic x' } }
}
const found = (...hits: Hit[]) => ({ status: 200, body: { hits: { total: { value: hits.length }, hits } } })
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it('gives the oldest first, as the other store would', async () => {
  const { store } = await storeOf(
    found(hit('2', '{}', { level: 'info', msg: 'b', req: { url: '/' }, n: 1 }), hit('1', 'plain')),
  )
  const records = await searchElasticsearch(store, { query: '*', limit: 10 })
  expect(records.map(({ _time, ...rest }) => rest)).toEqual([
    { _msg: 'plain', 'kubernetes.pod_name': 'api-0' },
    { _msg: 'b', 'kubernetes.pod_name': 'api-0', level: 'info', 'req.url': '/', n: '1' },
  ])
})

it('calls a line without a message what the other store calls it', () => {
  expect(recordOf(hit('1', '{}', { path: '/' }))).toMatchObject({ _msg: 'request', path: '/' })
})

it('says in one line what is wrong with a query', async () => {
  const error = { root_cause: [{ reason: 'Failed to parse\nquery [level:(]' }] }
  const { store } = await storeOf({ status: 400, body: { error } })
  await expect(searchElasticsearch(store, { query: 'level:(', limit: 1 })).rejects.toEqual(
    new UsageError('Failed to parse query [level:(]'),
  )
})

it('gives each line once to whoever follows, a late one too', async () => {
  const [first, late, last] = [hit('1', 'first'), hit('0', 'late'), hit('2', 'last')]
  const { store } = await storeOf(found(first), found(late, first), found(late, first, last))
  const given: string[] = []
  for await (const record of followElasticsearch(store, '*')) {
    given.push(record['_msg'] ?? '')
    if (given.length === 3) break
  }
  expect(given).toEqual(['first', 'late', 'last'])
})
