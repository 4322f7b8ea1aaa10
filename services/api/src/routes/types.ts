import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Config } from '../config.ts'
import type { RefusalCode } from '../errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Readiness } from '../readiness.ts'
import type { Security } from '../security/security.ts'
import type { Session, Sessions } from '../sessions/store.ts'
import type { Throttle } from '../sessions/throttle.ts'

/** A Fastify instance whose handlers get their types from the schemas of their route. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** What the routes need; tests give their own. */
export interface Services {
  config: Pick<Config, 'publicOrigins' | 'session'>
  ledger: Ledger
  sessions: Sessions
  throttle: Throttle
  security: Security
  readiness: Readiness
  metrics: Metrics
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether requests count in the metrics of HTTP; they do unless it says false. */
    counted?: boolean
  }
  interface FastifySchema {
    /** What the route itself may refuse, beyond what its hooks and its schema do. */
    refusals?: readonly RefusalCode[]
  }
  interface FastifyRequest {
    /** Who asks; empty until `requireSession` has run. */
    customerId: string
    /** The session in which it is asked; undefined until `requireSession` has run. */
    session: Session | undefined
  }
}
