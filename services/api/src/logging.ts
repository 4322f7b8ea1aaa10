import type { FastifyServerOptions } from 'fastify'
import type { Config } from './config.ts'

const SECRETS = ['password', 'passwordHash', 'password_hash', 'cookie', 'set-cookie', 'authorization']

type LoggerOptions = Exclude<NonNullable<FastifyServerOptions['logger']>, boolean>

/** Where a secret may stand in what is logged. */
export const REDACTED_PATHS = [
  ...SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
  // PostgreSQL's detail of a violated constraint quotes the whole row.
  'err.detail',
]

/** One JSON object a line on stdout, secrets replaced, level by name. */
export function loggerOptions(level: Config['logLevel']): LoggerOptions {
  return {
    level,
    base: { service: 'api' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
  }
}
