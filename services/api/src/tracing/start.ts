import type { FastifyBaseLogger } from 'fastify'
import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'
import type { Api } from '../routes/types.ts'
import { zipkinExporter } from './exporter.ts'
import { traceCommands } from './trace-commands.ts'
import { traceQueries } from './trace-queries.ts'
import { traceRequests } from './trace-requests.ts'
import { createTracing } from './tracing.ts'

interface Traced {
  api: Api
  pool: Pool
  redis: Redis
  log: FastifyBaseLogger
}

/**
 * Records the requests of the sample with what they ask of PostgreSQL and Redis.
 * @returns what to call when the process ends
 */
export function startTracing(config: NonNullable<Config['traces']>, traced: Traced): () => Promise<void> {
  const exporter = zipkinExporter(config.url, traced.log)
  const tracing = createTracing({ exporter, sampleRatio: config.sampleRatio })
  traceRequests(traced.api, tracing)
  traceQueries(traced.pool, tracing)
  traceCommands(traced.redis, tracing)
  return () => tracing.stop()
}
