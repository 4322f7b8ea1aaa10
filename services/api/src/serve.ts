import { setTimeout as sleep } from 'node:timers/promises'
import { addRoutes, createServer } from './app.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { readMigrations } from './db/migrations.ts'
import { createPool } from './db/pool.ts'
import { checkSchemaVersion } from './db/schema-version.ts'
import { postgresLedger } from './ledger/ledger.ts'
import { sumBalances } from './ledger/sum-balances.ts'
import { loggerOptions } from './logging.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createReadiness } from './readiness.ts'
import { postgresSecurity } from './security/security.ts'
import { connectRedis } from './sessions/redis.ts'
import { redisSessions } from './sessions/store.ts'
import { redisThrottle } from './sessions/throttle.ts'
import type { startTracing } from './tracing/start.ts'

/** Longer than any request may take but the download of a statement, which is cut then. */
const DRAIN_LIMIT_MS = 15_000

async function serve(config: Config): Promise<void> {
  const api = createServer(loggerOptions(config.logLevel))
  const pool = createPool(config.database, api.log)
  const redis = connectRedis(config.redis, api.log)
  const sessions = redisSessions(redis, config.session)
  const migrations = await readMigrations()
  const readiness = createReadiness({
    postgres: () => checkSchemaVersion(pool, migrations),
    redis: () => sessions.ping(),
  })
  const metrics = createMetrics({
    pool,
    countSessions: () => sessions.count(),
    sumBalances: () => sumBalances(pool),
    log: api.log,
  })
  const stopTracing = await trace(config, { api, pool, redis, log: api.log })
  await addRoutes(api, {
    config,
    ledger: postgresLedger(pool, metrics.countTransferRetry),
    sessions,
    throttle: redisThrottle(redis, config.throttle),
    security: postgresSecurity(pool),
    readiness,
    metrics,
  })
  await api.listen({ host: '0.0.0.0', port: config.port })

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (readiness.draining()) return
    readiness.drain()
    api.log.info({ signal }, 'draining')
    setTimeout(
      () => {
        api.log.fatal('requests were still under way at the end of the drain')
        process.exit(1)
      },
      config.drainDelaySeconds * 1000 + DRAIN_LIMIT_MS,
    ).unref()
    // Until every proxy has heard that this one isn't ready, requests still come.
    await sleep(config.drainDelaySeconds * 1000)
    await api.close()
    await pool.end()
    redis.disconnect()
    await stopTracing?.()
    api.log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
}

/** Nothing of it is loaded where no traces are wanted. */
async function trace({ traces }: Config, traced: Parameters<typeof startTracing>[1]) {
  if (!traces) return undefined
  const { startTracing } = await import('./tracing/start.ts')
  return startTracing(traces, traced)
}

try {
  await serve(readConfig())
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  process.stderr.write(`api: ${error.message}\n`)
  process.exitCode = 1
}
