import type { FastifyRequest } from 'fastify'
import type { Api } from '../routes/types.ts'
import type { RequestTrace, Tracing } from './tracing.ts'

/** Records the requests of the sample; call it before the routes, so that everything that they do is part of it. */
export function traceRequests(api: Api, tracing: Tracing): void {
  const traces = new WeakMap<FastifyRequest, RequestTrace>()

  api.addHook('onRequest', (request, { raw }, done) => {
    const { method, id, headers, routeOptions } = request
    const { traceparent } = headers
    const trace =
      routeOptions.config.counted === false ? undefined : tracing.begin({ method, id, traceparent })
    if (!trace) {
      done()
      return
    }
    traces.set(request, trace)
    // Whoever reads the request's line finds its trace by this.
    request.log = request.log.child({ trace_id: trace.id })
    raw.once('close', () =>
      trace.end({
        route: routeOptions.url ?? 'none',
        status: raw.statusCode,
        brokenOff: !raw.writableFinished,
      }),
    )
    trace.within(done)
  })

  // The body arrives by the socket's own events, which know nothing of the request.
  api.addHook('preValidation', (request, _reply, done) => {
    const trace = traces.get(request)
    if (trace) trace.within(done)
    else done()
  })
}
