import fs from 'node:fs'
import { Type, type Static, type TObject } from 'typebox'
import { Value } from 'typebox/value'
import type { ThrottleLimits } from './sessions/throttle.ts'

const port = (fallback: number) => Type.Integer({ minimum: 1, maximum: 65535, default: fallback })
const name = (fallback: string) => Type.String({ minLength: 1, default: fallback })
const secret = Type.String({ minLength: 1 })
const tls = Type.Enum(['verify', 'off'], { default: 'verify' })
const file = Type.Optional(Type.String({ pattern: '^/' }))

const Environment = Type.Object({
  PORT: port(3000),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { default: 'info' }),
  DATABASE_HOST: name('postgres'),
  DATABASE_PORT: port(5432),
  DATABASE_NAME: name('dwaybank'),
  DATABASE_USER: name('dwaybank_api'),
  DATABASE_PASSWORD: secret,
  DATABASE_TLS: tls,
  DATABASE_CA_FILE: file,
  REDIS_HOST: name('redis'),
  REDIS_PORT: port(6379),
  REDIS_PASSWORD: secret,
  REDIS_TLS: tls,
  REDIS_CA_FILE: file,
  PUBLIC_ORIGINS: Type.String({
    pattern: '^https://[a-z0-9.-]+(:[0-9]+)?(,https://[a-z0-9.-]+(:[0-9]+)?)*$',
    default: 'https://dwaybank.localhost',
  }),
  SESSION_IDLE_SECONDS: Type.Integer({ minimum: 1, default: 1800 }),
  SESSION_ABSOLUTE_SECONDS: Type.Integer({ minimum: 1, default: 43200 }),
  LOGIN_FAILURES_PER_ACCOUNT: Type.Integer({ minimum: 1, default: 5 }),
  LOGIN_FAILURES_PER_ADDRESS: Type.Integer({ minimum: 1, default: 200 }),
  LOGIN_WINDOW_SECONDS: Type.Integer({ minimum: 1, maximum: 604_800, default: 3600 }),
  LOGIN_FIRST_WAIT_SECONDS: Type.Integer({ minimum: 1, default: 15 }),
  LOGIN_LONGEST_WAIT_SECONDS: Type.Integer({ minimum: 1, maximum: 86_400, default: 900 }),
  DRAIN_DELAY_SECONDS: Type.Number({ minimum: 0, maximum: 60, default: 10 }),
  TRACES_URL: Type.Optional(Type.String({ pattern: '^https?://[^/\\s@]+/\\S*$' })),
  TRACES_SAMPLE_RATIO: Type.Number({ minimum: 0, maximum: 1, default: 0.1 }),
})

const DatabaseEnvironment = Type.Pick(Environment, [
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'DATABASE_USER',
  'DATABASE_PASSWORD',
  'DATABASE_TLS',
  'DATABASE_CA_FILE',
])

/** A connection whose server must prove its name, by an authority of its own if there is one. */
export interface Tls {
  readonly ca?: string | undefined
}

export interface DatabaseConfig {
  host: string
  port: number
  database: string
  user: string
  password: string
  ssl: Tls | false
}

export interface Config {
  port: number
  logLevel: Static<typeof Environment>['LOG_LEVEL']
  database: DatabaseConfig
  redis: { host: string; port: number; password: string; tls: Tls | false }
  publicOrigins: ReadonlySet<string>
  session: { idleSeconds: number; absoluteSeconds: number }
  throttle: ThrottleLimits
  drainDelaySeconds: number
  /** Where traces go, and the share of requests that come without the proxy's decision; without it there are none. */
  traces?: { url: string; sampleRatio: number }
}

/** The environment doesn't say what the process needs; the message is one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Variables = Record<string, string | undefined>

/**
 * Reads what the server needs from the environment.
 * @throws {ConfigError} naming every variable that is missing or wrong, never a value.
 */
export function readConfig(variables: Variables = process.env): Config {
  const env = parse(Environment, variables)
  if (env.SESSION_IDLE_SECONDS > env.SESSION_ABSOLUTE_SECONDS) {
    throw new ConfigError('Set SESSION_IDLE_SECONDS to at most SESSION_ABSOLUTE_SECONDS')
  }
  if (env.LOGIN_FIRST_WAIT_SECONDS > env.LOGIN_LONGEST_WAIT_SECONDS) {
    throw new ConfigError('Set LOGIN_FIRST_WAIT_SECONDS to at most LOGIN_LONGEST_WAIT_SECONDS')
  }
  return {
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    database: toDatabaseConfig(env),
    redis: {
      host: env.REDIS_HOST,
      port: env.REDIS_PORT,
      password: env.REDIS_PASSWORD,
      tls: toTls(env.REDIS_TLS, env.REDIS_CA_FILE),
    },
    publicOrigins: new Set(env.PUBLIC_ORIGINS.split(',')),
    session: { idleSeconds: env.SESSION_IDLE_SECONDS, absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS },
    throttle: {
      failuresPerAccount: env.LOGIN_FAILURES_PER_ACCOUNT,
      failuresPerAddress: env.LOGIN_FAILURES_PER_ADDRESS,
      windowSeconds: env.LOGIN_WINDOW_SECONDS,
      firstWaitSeconds: env.LOGIN_FIRST_WAIT_SECONDS,
      longestWaitSeconds: env.LOGIN_LONGEST_WAIT_SECONDS,
    },
    drainDelaySeconds: env.DRAIN_DELAY_SECONDS,
    ...(env.TRACES_URL !== undefined && {
      traces: { url: env.TRACES_URL, sampleRatio: env.TRACES_SAMPLE_RATIO },
    }),
  }
}

/**
 * Reads only what a migration needs from the environment.
 * @throws {ConfigError} naming every variable that is missing or wrong, never a value.
 */
export function readDatabaseConfig(variables: Variables = process.env): DatabaseConfig {
  return toDatabaseConfig(parse(DatabaseEnvironment, variables))
}

function toDatabaseConfig(env: Static<typeof DatabaseEnvironment>): DatabaseConfig {
  return {
    host: env.DATABASE_HOST,
    port: env.DATABASE_PORT,
    database: env.DATABASE_NAME,
    user: env.DATABASE_USER,
    password: env.DATABASE_PASSWORD,
    ssl: toTls(env.DATABASE_TLS, env.DATABASE_CA_FILE),
  }
}

/** pg and ioredis ask for the authority at each connection, so that a change of it needs no restart. */
function toTls(mode: Static<typeof tls>, file: string | undefined): Tls | false {
  if (mode === 'off') return false
  if (file === undefined) return {}
  return {
    get ca() {
      // Without the file the public authorities count.
      return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
    },
  }
}

function parse<Schema extends TObject>(schema: Schema, variables: Variables): Static<Schema> {
  const known: Record<string, unknown> = {}
  for (const key of Object.keys(schema.properties)) {
    const value = variables[key]
    // An optional ConfigMap key that is there but empty means the same as none.
    if (value !== undefined && value !== '') known[key] = value
  }
  const candidate: unknown = Value.Convert(schema, Value.Default(schema, known))
  if (Value.Check(schema, candidate)) return candidate
  throw new ConfigError(`Environment: ${describe(schema, candidate)}`)
}

function describe(schema: TObject, candidate: unknown): string {
  const problems = new Map<string, string>()
  for (const error of Value.Errors(schema, candidate)) {
    if (error.keyword === 'required') {
      for (const key of error.params.requiredProperties) problems.set(key, `${key} is missing`)
    } else {
      const key = error.instancePath.slice(1)
      if (!problems.has(key)) problems.set(key, `${key} ${error.message}`)
    }
  }
  return [...problems.values()].join('; ')
}
