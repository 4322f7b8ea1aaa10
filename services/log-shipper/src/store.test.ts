import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { documentOf, type Document } from './document.ts'
import { send } from './store.ts'

type Answer = 'breaks' | number | number[]

let server: Server
let asked: { ids: string[]; body: string; authorization: string | undefined }[]
let warnings: string[]
let passwords: string[]

/** Sends to a store that answers one after the other: nothing, with a status, or with a status for each document. */
async function sendTo(answers: Answer[], documents: Document[]): Promise<void> {
  asked = []
  warnings = []
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const ids = [...body.matchAll(/"_id":"([^"]+)"/g)].map(([, id]) => id ?? '')
      asked.push({ ids, body, authorization: request.headers.authorization })
      const answer = answers[asked.length - 1] ?? 'breaks'
      if (answer === 'breaks') request.socket.destroy()
      else if (typeof answer === 'number') response.writeHead(answer).end()
      else response.end(JSON.stringify({ items: answer.map((status) => ({ create: { status } })) }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await send(documents, {
    url: `http://127.0.0.1:${port}`,
    login: () => ({ username: 'shipper', password: passwords.shift() ?? 'last' }),
    warn: (warning) => warnings.push(warning),
    alive: () => undefined,
    waitMs: [1, 1],
  })
}

const document = (offset: number, line = '{"a":1}') =>
  documentOf(
    { namespace: 'dwaybank', pod: 'api-0', uid: 'u', container: 'api' },
    { offset, time: '2026-11-26T01:00:01.123456789Z', stream: 'stdout', text: line },
  )

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it('sends all again as long as the store breaks off, is not ready or knows no such login', async () => {
  passwords = ['old', 'old', 'old', 'new']
  await sendTo(['breaks', 503, 401, [201, 201]], [document(0), document(1)])
  expect(asked.map(({ ids }) => ids.length)).toEqual([2, 2, 2, 2])
  expect(asked.at(-1)?.authorization).toBe(`Basic ${Buffer.from('shipper:new').toString('base64')}`)
  expect(warnings).toHaveLength(3)
})

it('sends again only what there was no room for; what was there before is done', async () => {
  await sendTo(
    [[201, 429, 409, 503], [201, 429], [201]],
    [0, 1, 2, 3].map((offset) => document(offset)),
  )
  expect(asked.map(({ ids }) => ids.map((id) => Number(id.split('-').at(-1))))).toEqual([
    [0, 1, 2, 3],
    [1, 3],
    [3],
  ])
})

it('leaves the fields out that the store cannot take, and gives up what it refuses as text', async () => {
  await sendTo([[400, 201], [201]], [document(0), document(1)])
  expect(asked[1]?.body).not.toContain('"line"')
  expect(asked[1]?.body).toContain('"message":"{\\"a\\":1}"')
  await sendTo([[400], [400]], [document(0)])
  expect(warnings).toEqual(['the store refuses u-api-2026-11-26T01:00:01.123456789Z-0: no reason'])
})
