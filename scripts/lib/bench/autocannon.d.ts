/** The part of autocannon that is used here; it comes without types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events'
  import type { ConnectionOptions, TLSSocket } from 'node:tls'

  interface Request {
    method: string
    path: string
    headers: Record<string, string>
    body?: string
  }

  interface Options {
    url: string
    servername: string
    tlsOptions: ConnectionOptions
    connections: number
    headers?: Record<string, string>
    /** Seconds; otherwise `amount` requests are sent. */
    duration?: number
    amount?: number
    requests?: { setupRequest(request: Request): Request }[]
  }

  interface Client {
    conn: TLSSocket
  }

  interface Result {
    errors: number
    timeouts: number
    non2xx: number
  }

  interface Instance extends EventEmitter, Promise<Result> {
    on(
      event: 'response',
      listener: (client: Client, status: number, bytes: number, milliseconds: number) => void,
    ): this
    on(event: 'reqError', listener: (error: Error) => void): this
    stop(): void
  }

  export default function autocannon(options: Options): Instance
}
