import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'

/** Where bytes go: with an authority over TLS, to that name, without one as they are. */
export interface Door {
  host: string
  port: number
  name: string
  authority?: string | undefined
}

/** What came back. */
export interface RawAnswer {
  /** Of each answer; those that only announce another are among them. */
  statuses: number[]
  /** Of the first answer, by their names in lower case; values of the same name joined by a comma. */
  headers: Record<string, string>
  text: string
  /** Whether the other side ended the connection. */
  ended: boolean
  seconds: number
}

/** Connects, and shakes hands if that is to be. */
export async function connect(
  { host, port, name, authority }: Door,
  protocol: 'http/1.1' | 'h2' = 'http/1.1',
): Promise<net.Socket> {
  const socket =
    authority === undefined
      ? net.connect({ host, port, noDelay: true })
      : tls.connect({ host, port, servername: name, ca: authority, ALPNProtocols: [protocol] })
  await once(socket, authority === undefined ? 'connect' : 'secureConnect')
  return socket
}

/** The headers of the first answer in what was received. */
function headersIn(text: string): Record<string, string> {
  const [head = ''] = text.split('\r\n\r\n', 1)
  const headers: Record<string, string> = {}
  for (const [, name = '', value = ''] of head.matchAll(/^([\w-]+): ?(.*)\r?$/gm)) {
    const key = name.toLowerCase()
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`
  }
  return headers
}

/** Receives what a connection brings until it ends, or for some seconds. */
export async function receive(socket: net.Socket, seconds: number): Promise<RawAnswer> {
  const began = performance.now()
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  const ended = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), seconds * 1000)
    const end = () => {
      clearTimeout(timer)
      resolve(true)
    }
    socket.on('error', end).on('close', end).on('end', end)
  })
  socket.destroy()
  const text = Buffer.concat(parts).toString('latin1')
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  return { statuses, headers: headersIn(text), text, ended, seconds: (performance.now() - began) / 1000 }
}

/**
 * Sends bytes as they are, which no HTTP client would, and receives what comes back until the other side ends the
 * connection, or for some seconds.
 */
export async function sendRaw(door: Door, bytes: string, seconds = 2): Promise<RawAnswer> {
  const socket = await connect(door)
  socket.on('error', () => undefined)
  const answer = receive(socket, seconds)
  socket.write(Buffer.from(bytes, 'latin1'))
  return answer
}
