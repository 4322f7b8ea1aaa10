import { sendRaw, type Door, type RawAnswer } from './raw-request.ts'

/** Something that the proxy itself answers, with what it takes to have it say so. */
export interface OwnAnswer {
  name: string
  /** The status that it has; nginx calls one 400 which is 431 where it is a problem document. */
  status: (host: string, bank: string) => number
  /** Asks as a host's visitor. */
  ask: (door: Door, login: string) => Promise<RawAnswer>
  /** Whether it comes without TLS. */
  plain?: true
}

/** A request for a host, by somebody who has logged in to the tools. */
export const rawRequest = (host: string, login: string, line: string, headers = '', body = '') =>
  `${line} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${login}\r\n${headers}Connection: close\r\n\r\n${body}`

const asking =
  (make: (host: string, login: string) => string, seconds?: number): OwnAnswer['ask'] =>
  (door, login) =>
    sendRaw(door, make(door.name, login), seconds)

const always = (status: number) => () => status

/** What the proxy itself says, whatever is behind it. */
export const ownAnswers: readonly OwnAnswer[] = [
  { name: 'a request that is none', status: always(400), ask: asking(() => 'nonsense\r\n\r\n') },
  {
    name: 'a request without a host',
    status: always(400),
    ask: asking(() => 'GET / HTTP/1.1\r\n\r\n'),
  },
  { name: 'TRACE', status: always(405), ask: asking((host, login) => rawRequest(host, login, 'TRACE /')) },
  {
    name: 'a body beyond the limit',
    status: always(413),
    // The proxy goes on reading for a while what comes of it.
    ask: asking((host, login) => rawRequest(host, login, 'POST /', 'Content-Length: 90000000\r\n'), 0.3),
  },
  {
    name: 'an address beyond the limit',
    status: always(414),
    ask: asking((host, login) => rawRequest(host, login, `GET /${'x'.repeat(9000)}`)),
  },
  {
    name: 'a header beyond the limit',
    status: (host, bank) => (host === bank ? 431 : 400),
    ask: asking((host, login) => rawRequest(host, login, 'GET /', `X: ${'x'.repeat(9000)}\r\n`)),
  },
  {
    name: 'an encoding that is none',
    status: always(501),
    ask: asking((host, login) => rawRequest(host, login, 'POST /', 'Transfer-Encoding: x\r\n')),
  },
  {
    name: 'a version to come',
    status: always(505),
    ask: asking((host) => `GET / HTTP/2.5\r\nHost: ${host}\r\n\r\n`),
  },
  {
    name: 'plain HTTP to the port of TLS',
    status: always(400),
    ask: (door, login) => sendRaw({ ...door, authority: undefined }, rawRequest(door.name, login, 'GET /')),
    plain: true,
  },
  {
    name: 'a name that is not ours',
    status: always(421),
    ask: asking((_host, login) => rawRequest('evil.example', login, 'GET /')),
  },
]
