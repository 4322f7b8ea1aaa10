import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { $ } from '../../scripts/lib/shell.ts'
import { http2Request, sendHttp2 } from '../support/http2-frames.ts'
import { connect, type RawAnswer, receive, sendRaw } from '../../scripts/lib/raw-request.ts'
import { scratchHost, type ScratchProxy, startProxy } from '../support/scratch-proxy.ts'

/** How long the proxy waits for a header, and between two parts of a body. */
const PATIENCE = 10
/** As many requests under way as production allows one address. */
const AT_ONCE = 100

let proxy: ScratchProxy
beforeAll(async () => {
  proxy = await startProxy()
})
afterAll(() => proxy.close())

const GET = `GET / HTTP/1.1\r\nHost: ${scratchHost}\r\n`
const POST = `POST /api/transfers HTTP/1.1\r\nHost: ${scratchHost}\r\nContent-Length: 1000\r\n\r\n`

const HTTP2 = [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':authority', scratchHost],
  [':path', '/api/transfers'],
] as const

/** Sends a beginning over a connection, then perhaps something each second. */
async function drip(connection: Promise<Socket>, first: string, drop?: string): Promise<RawAnswer> {
  const socket = await connection
  socket.on('error', () => undefined)
  const timer = setInterval(() => drop !== undefined && socket.write(drop), 1000)
  socket.write(first)
  try {
    return await receive(socket, PATIENCE + 5)
  } finally {
    clearInterval(timer)
  }
}

const overTls = (first: string, drop?: string) => drip(connect(proxy.door), first, drop)
const overTcp = () => drip(connect({ ...proxy.door, authority: undefined }), '')

const slow: Record<string, () => Promise<RawAnswer>> = {
  'says nothing, not even of TLS': overTcp,
  'says nothing': () => overTls(''),
  'stops in the first line': () => overTls('GET / HT'),
  'sends a header a second': () => overTls(GET, 'X-A: b\r\n'),
  'sends a byte of a header a second': () => overTls(`${GET}X-A: `, 'b'),
  'stops in the body': () => overTls(POST),
  'stops in the chunks': () => overTls(POST.replace('Content-Length: 1000', 'Transfer-Encoding: chunked')),
}

it.concurrent('who is slow is cut off, without an answer', async () => {
  const outcomes = await Promise.all(
    Object.entries(slow).map(async ([who, ask]) => [who, await ask()] as const),
  )
  for (const [who, { statuses, ended, seconds }] of outcomes) {
    expect({ statuses, ended }, who).toEqual({ statuses: [], ended: true })
    expect(seconds, who).toBeGreaterThan(PATIENCE - 1)
    expect(seconds, who).toBeLessThan(PATIENCE + 3)
  }
})

// The connection itself stays, as one does over which nothing is asked for a while.
it.concurrent('who stops in the headers of HTTP/2 has asked for nothing', async () => {
  const began = performance.now()
  expect(await sendHttp2(proxy.door, http2Request(HTTP2, undefined, false))).toBe('reset')
  expect((performance.now() - began) / 1000).toBeLessThan(PATIENCE + 3)
})

describe('bodies that come drop by drop', () => {
  const held: Socket[] = []
  beforeAll(async () => {
    held.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => connect(proxy.door)))))
    for (const socket of held) socket.on('error', () => undefined).write(POST)
    await sleep(500)
  })
  afterAll(() => held.forEach((socket) => socket.destroy()))

  const page = () => sendRaw(proxy.door, `${GET}Connection: close\r\n\r\n`)

  it('are so many from one address, and no more', async () => {
    const { statuses } = await sendRaw(proxy.door, `${POST.replace('1000', '2')}{}`)
    expect(statuses).toEqual([429])
    expect((await page()).statuses).toEqual([429])
  })

  it('keep nobody out who comes from elsewhere', async () => {
    const elsewhere = `printf '${GET}Connection: close\\r\\n\\r\\n' | openssl s_client -quiet -connect 127.0.0.1:8443 -servername ${scratchHost} 2>/dev/null`
    const { stdout } = await $`docker exec ${proxy.container} bash -c ${elsewhere}`
    expect(stdout).toMatch(/^HTTP\/1\.1 502 /)
  })

  it('are forgotten when they end', async () => {
    // The proxy itself may have cut some off by now, which say so no more.
    const open = held.filter(({ closed }) => !closed)
    await Promise.all(open.map((socket) => once(socket.destroy(), 'close')))
    await expect.poll(async () => (await page()).statuses).toEqual([502])
  })
})
