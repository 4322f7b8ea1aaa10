import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Span } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace'
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTraceparent } from './traceparent.ts'

/** What is sent goes out this often; more than a queue of spans is dropped, never waited for. */
const BATCH = {
  scheduledDelayMillis: 1000,
  exportTimeoutMillis: 5000,
  maxExportBatchSize: 512,
  maxQueueSize: 2048,
}
/** For the last spans when the process ends. */
const STOP_LIMIT_MS = 1000

/** One step of a request, as somebody reads it in a trace: what it is called, and what is known before it begins. */
export interface Step {
  name: string
  system: 'postgresql' | 'redis'
}

/** The trace of one request, if it is recorded at all. */
export interface RequestTrace {
  id: string
  /** Calls `work` so that every step in it belongs to this request. */
  within(work: () => void): void
  /** Says how the request ended. */
  end(facts: { route: string; status: number; brokenOff: boolean }): void
}

export interface Tracing {
  /** Begins a request's trace; undefined if it is not one of the sample. */
  begin(request: { method: string; id: string; traceparent: unknown }): RequestTrace | undefined
  /** Records what `work` waits for, if the request that it belongs to is recorded. */
  step<Result>(describe: () => Step, work: () => Result): Result
  /** Sends what is left, for a second at most. */
  stop(): Promise<void>
}

interface TracingOptions {
  exporter: SpanExporter
  /** The share of requests that come without a decision, from 0 to 1. */
  sampleRatio: number
}

/** Makes what records requests and their steps, and hands them to `exporter` now and then. */
export function createTracing({ exporter, sampleRatio }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'api' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...BATCH })],
  })
  const tracer = provider.getTracer('api')
  const active = new AsyncLocalStorage<Span>()

  return {
    begin: ({ method, id, traceparent }) => {
      const parent = parseTraceparent(traceparent)
      // As the sampler would say, before anything is made: nine requests in ten end here.
      if (parent?.traceFlags === TraceFlags.NONE) return undefined
      const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, context)
      if (!span.isRecording()) return undefined
      span.setAttributes({ 'http.request.method': method, 'request.id': id })
      return {
        id: span.spanContext().traceId,
        within: (work) => active.run(span, work),
        end: ({ route, status, brokenOff }) => {
          span.updateName(`${method} ${route}`)
          span.setAttributes({ 'http.route': route, 'http.response.status_code': status })
          if (brokenOff) span.setAttribute('error.type', 'broken off')
          if (brokenOff || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
    step: (describe, work) => {
      const parent = active.getStore()
      // A transaction may outlive the request that nobody waits for any more.
      if (!parent?.isRecording()) return work()
      const { name, system } = describe()
      const options = { kind: SpanKind.CLIENT, attributes: { 'db.system.name': system } }
      return endWith(tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent)), work)
    },
    stop: async () => {
      await Promise.race([provider.shutdown().catch(() => undefined), sleep(STOP_LIMIT_MS)])
    },
  }
}

/** Ends a span when `work` is done, or what it promises is. Of an error its kind is kept, never its words. */
function endWith<Result>(span: Span, work: () => Result): Result {
  const fail = (error: unknown) => {
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  }
  try {
    const result = work()
    if (result instanceof Promise) result.then(() => span.end(), fail)
    else span.end()
    return result
  } catch (error) {
    fail(error)
    throw error
  }
}
