import type { Socket } from 'node:net'
import { connect, type Door } from '../../scripts/lib/raw-request.ts'

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const type = { data: 0, headers: 1, reset: 3, settings: 4, goAway: 7 } as const
const END_STREAM = 1
const END_HEADERS = 4
const FRAME_HEAD = 9

function frame(kind: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(FRAME_HEAD)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(kind, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A text as HPACK has it without Huffman's code; none here is longer than one byte can say. */
const literal = (text: string) => Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')])

export type Field = readonly [name: string, value: string]

const field = ([name, value]: Field) => Buffer.concat([Buffer.of(0), literal(name), literal(value)])

/** What became of a request over HTTP/2. */
export type Http2Outcome = { status: number; text: string } | 'reset' | 'gone'

/** The status of a block of headers: the first field, of HPACK's static table or with a value of its own. */
function statusIn(block: Buffer): number {
  const known: Record<number, number> = { 8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500 }
  const first = block.readUInt8(0)
  if (first >= 0x80) return known[first - 0x80] ?? 0
  return Number(block.subarray(2, 2 + (block.readUInt8(1) & 0x7f)).toString('latin1'))
}

/**
 * The bytes of a connection's first request, with fields as they are, which no HTTP client would send.
 * @param body sent as DATA; without one the request ends with its headers
 * @param whole false if more headers are still to come
 */
export function http2Request(fields: readonly Field[], body?: string, whole = true): Buffer {
  const flags = (whole ? END_HEADERS : 0) | (body === undefined ? END_STREAM : 0)
  const sent = [
    Buffer.from(PREFACE),
    frame(type.settings, 0, 0, Buffer.alloc(0)),
    frame(type.headers, flags, 1, Buffer.concat(fields.map(field))),
  ]
  if (body !== undefined) sent.push(frame(type.data, END_STREAM, 1, Buffer.from(body, 'latin1')))
  return Buffer.concat(sent)
}

/** Sends a request over HTTP/2 and tells what becomes of it. */
export async function sendHttp2(door: Door, request: Buffer): Promise<Http2Outcome> {
  const socket = await connect(door, 'h2')
  socket.write(request)
  try {
    return await outcome(socket)
  } finally {
    socket.destroy()
  }
}

async function outcome(socket: Socket): Promise<Http2Outcome> {
  let received = Buffer.alloc(0)
  let status = 0
  let text = ''
  for await (const part of socket) {
    received = Buffer.concat([received, part as Buffer])
    while (received.length >= FRAME_HEAD) {
      const end = FRAME_HEAD + received.readUIntBE(0, 3)
      if (received.length < end) break
      const [kind, flags] = [received.readUInt8(3), received.readUInt8(4)]
      const payload = received.subarray(FRAME_HEAD, end)
      received = received.subarray(end)
      if (kind === type.reset) return status === 0 ? 'reset' : { status, text }
      if (kind === type.goAway) return 'gone'
      if (kind === type.headers) status = statusIn(payload)
      if (kind === type.data) text += payload.toString('latin1')
      if ((kind === type.headers || kind === type.data) && flags & END_STREAM) return { status, text }
    }
  }
  return 'gone'
}
