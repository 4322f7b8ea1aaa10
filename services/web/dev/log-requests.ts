import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'

/** The line of a request, as the web of production writes it. */
function lineOf(request: IncomingMessage, asked: string, status: number, seconds: number): string {
  return JSON.stringify({
    time: new Date().toISOString(),
    level: 'info',
    service: 'web',
    method: request.method,
    path: asked.replace(/\?.*/s, ''),
    status,
    seconds: Math.round(seconds * 1000) / 1000,
    requestId: request.headers['x-request-id'],
  })
}

const writeLine = (line: string) => process.stdout.write(`${line}\n`)

/**
 * Writes a line for each page that the proxy asks for, and for each request of its that fails. The page's modules are
 * too many: they would hide what Vite itself has to say.
 */
export function logRequests(write: (line: string) => unknown = writeLine): Plugin {
  return {
    name: 'dwaybank:log-requests',
    apply: 'serve',
    configureServer({ middlewares }) {
      middlewares.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
        // Vite changes it on the way.
        const { url = '' } = request
        const started = performance.now()
        response.once('finish', () => {
          const isPage = String(response.getHeader('content-type')).startsWith('text/html')
          if (request.headers['x-request-id'] === undefined || (!isPage && response.statusCode < 400)) return
          write(lineOf(request, url, response.statusCode, (performance.now() - started) / 1000))
        })
        next()
      })
    },
  }
}
