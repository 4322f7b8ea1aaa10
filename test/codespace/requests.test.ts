import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { forwardedPorts } from '../../scripts/lib/codespace.ts'
import { setup } from '../support/chromium.ts'
import { forwardedHeaders } from '../support/forwarder.ts'

const port = forwardedPorts.bank
const name = new URL(setup.bank).host

interface Question {
  method?: string
  path: string
  headers: Record<string, string | undefined>
  body?: unknown
}

/** Asks the forwarded port with exactly these headers. */
async function ask({ method = 'GET', path, headers, body }: Question) {
  const content = body === undefined ? undefined : JSON.stringify(body)
  const sent = Object.entries(headers).filter(([, value]) => value !== undefined)
  const type = content === undefined ? [] : [['content-type', 'application/json']]
  const request = http.request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: Object.fromEntries([...sent, ...type]) as Record<string, string>,
  })
  request.end(content)
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) }
}

const rewritten = (origin?: string) =>
  forwardedHeaders(origin === undefined ? {} : { origin }, name, port) as Record<string, string>
const credentials = () => ({ email: `cs.${randomUUID()}@example.org`, password: randomUUID(), name: 'Cody' })

describe.each([
  ['its own end as Host, and the name beside it', rewritten(`https://${name}`)],
  ['the name as Host', { ...rewritten(`https://${name}`), host: name }],
  ['an Origin with TLS', { ...rewritten(), origin: `https://localhost:${port}` }],
])('what is forwarded with %s', (_what, headers) => {
  it('shows the page without asking for TLS, and lets somebody register, log in and send money', async () => {
    const page = await ask({ path: '/', headers })
    expect(page.status).toBe(200)
    expect(page.headers).not.toHaveProperty('strict-transport-security')

    const who = credentials()
    const registered = await ask({ method: 'POST', path: '/api/register', headers, body: who })
    expect(registered.status, registered.text).toBe(201)
    const { email, password } = who
    const login = await ask({ method: 'POST', path: '/api/login', headers, body: { email, password } })
    expect(login.status, login.text).toBe(200)
    const cookie = login.headers['set-cookie']?.[0]?.split(';')[0]
    expect(login.headers['set-cookie']?.[0]).toMatch(/^__Host-session=.*; Secure; SameSite=Strict$/)

    const own = { ...headers, cookie }
    const opened = await ask({
      method: 'POST',
      path: '/api/accounts',
      headers: own,
      body: { name: 'Savings' },
    })
    const { accounts } = JSON.parse((await ask({ path: '/api/accounts', headers: own })).text) as {
      accounts: { id: string; number: string; balance: number }[]
    }
    const { account: savings } = JSON.parse(opened.text) as { account: { number: string } }
    const from = accounts.find(({ balance }) => balance > 0)
    const transfer = await ask({
      method: 'POST',
      path: '/api/transfers',
      headers: { ...own, 'idempotency-key': randomUUID() },
      body: { fromAccountId: from?.id, toAccountNumber: savings.number, amount: 125, reference: 'Rain' },
    })
    expect(transfer.status, transfer.text).toBe(201)
  })
})

describe('refused as misdirected is', () => {
  it.each([
    ['its own end without the name', { host: `localhost:${port}` }],
    ['another Codespace', { ...rewritten(), 'x-forwarded-host': `other-${port}.app.github.dev` }],
    ['another port of this one', { ...rewritten(), 'x-forwarded-host': name.replace(`-${port}`, '-3000') }],
    ['a name that only ends like it', { ...rewritten(), 'x-forwarded-host': `evil.${name}` }],
    ['two names', { host: name, 'x-forwarded-host': `other-${port}.app.github.dev` }],
    ['the address on the machine itself', { host: 'dwaybank.localhost' }],
  ])('%s', async (_what, headers) => {
    expect((await ask({ path: '/', headers })).status).toBe(421)
  })
})

it.each([
  'https://evil.example',
  'http://localhost:3001',
  `https://${name.replace(`-${port}`, '-9000')}`,
  'null',
])('a change that comes from %s is refused', async (origin) => {
  const answer = await ask({
    method: 'POST',
    path: '/api/register',
    headers: { ...rewritten(), origin },
    body: credentials(),
  })
  expect(answer.status).toBe(403)
})

it("the page's live connection is let through", async () => {
  const client = await ask({ path: '/@vite/client', headers: rewritten() })
  const token = /wsToken = "([^"]+)"/.exec(client.text)?.[1]
  const headers = {
    ...rewritten(`https://${name}`),
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from(randomUUID().slice(0, 16)).toString('base64'),
    'sec-websocket-protocol': 'vite-hmr',
  }
  const request = http.request({ host: '127.0.0.1', port, path: `/?token=${token}`, headers }).end()
  const [answer, socket] = (await once(request, 'upgrade')) as [
    http.IncomingMessage,
    import('node:net').Socket,
  ]
  expect(answer.statusCode).toBe(101)
  socket.destroy()
})
