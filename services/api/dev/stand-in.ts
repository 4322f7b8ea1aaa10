import http from 'node:http'
import { type CodeError, describeCodeError } from './code-error.ts'

/**
 * Answers on the api's port while its code doesn't run, so that who looks sees why. It is alive, since no restart
 * would help, and not ready.
 */
export function startStandIn(port: number, error: CodeError): http.Server {
  const { file, line, column } = error
  const message = describeCodeError(error)
  const refusal = JSON.stringify({ error: { code: 'code_error', message, file, line, column } })
  const server = http.createServer((request, response) => {
    const alive = request.url === '/healthz'
    response.writeHead(alive ? 200 : 503, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      connection: 'close',
    })
    response.end(alive ? '{"status":"ok"}' : refusal)
  })
  return server.listen(port, '0.0.0.0')
}

/** Leaves the port to the next server. */
export function stopStandIn(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
