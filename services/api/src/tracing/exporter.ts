import { ZipkinExporter } from '@opentelemetry/exporter-zipkin'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { FastifyBaseLogger } from 'fastify'

/** An outage is worth a line this often. */
const WARN_EVERY_MS = 60_000

/** Sends spans to Zipkin. What can't be sent is lost: a trace is worth less than a request. */
export function zipkinExporter(url: string, log: Pick<FastifyBaseLogger, 'warn'>): SpanExporter {
  const exporter = new ZipkinExporter({ url })
  let warned = -Infinity
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error && performance.now() - warned > WARN_EVERY_MS) {
          warned = performance.now()
          log.warn({ reason: result.error.message }, 'traces were not sent and are lost')
        }
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}
