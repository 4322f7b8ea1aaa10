import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig, readDatabaseConfig } from './config.ts'

const secrets = { DATABASE_PASSWORD: 'one', REDIS_PASSWORD: 'two' }

describe('config', () => {
  it('needs nothing but the two passwords', () => {
    expect(readConfig(secrets)).toMatchObject({
      port: 3000,
      database: { host: 'postgres', port: 5432, user: 'dwaybank_api', password: 'one' },
      redis: { host: 'redis', port: 6379, password: 'two' },
      publicOrigins: new Set(['https://dwaybank.localhost']),
      throttle: { failuresPerAccount: 5, failuresPerAddress: 200 },
    })
  })

  it('takes numbers and lists as the environment spells them', () => {
    const config = readConfig({
      ...secrets,
      PORT: '8080',
      PUBLIC_ORIGINS: 'https://dwaybank.localhost,https://dwaybank.localhost:8443',
      DRAIN_DELAY_SECONDS: '0.5',
    })
    expect(config.port).toBe(8080)
    expect([...config.publicOrigins]).toEqual([
      'https://dwaybank.localhost',
      'https://dwaybank.localhost:8443',
    ])
    expect(config.drainDelaySeconds).toBe(0.5)
  })

  it('takes an empty variable for an absent one', () => {
    expect(readConfig({ ...secrets, PUBLIC_ORIGINS: '' }).publicOrigins.size).toBe(1)
  })

  it('sends traces nowhere unless it is told where to, and then of one request in ten', () => {
    expect(readConfig(secrets).traces).toBeUndefined()
    const TRACES_URL = 'http://zipkin:9411/api/v2/spans'
    expect(readConfig({ ...secrets, TRACES_URL }).traces).toEqual({ url: TRACES_URL, sampleRatio: 0.1 })
    for (const wrong of [{ TRACES_URL: 'zipkin:9411' }, { TRACES_URL, TRACES_SAMPLE_RATIO: '1.1' }])
      expect(() => readConfig({ ...secrets, ...wrong })).toThrow(ConfigError)
  })

  it('encrypts and verifies connections to both stores unless they are told not to', () => {
    const tls = ({ database, redis }: ReturnType<typeof readConfig>) => [database.ssl, redis.tls]
    expect(tls(readConfig(secrets))).toEqual([{}, {}])
    expect(tls(readConfig({ ...secrets, DATABASE_TLS: 'off', REDIS_TLS: 'off' }))).toEqual([false, false])
    for (const wrong of [{ DATABASE_TLS: 'no' }, { REDIS_TLS: 'maybe' }, { DATABASE_CA_FILE: 'ca.crt' }])
      expect(() => readConfig({ ...secrets, ...wrong })).toThrow(ConfigError)
  })

  it('says everything that is wrong in one line', () => {
    const read = () => readConfig({ REDIS_PASSWORD: 'two', PORT: 'http', SESSION_IDLE_SECONDS: '0' })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(/^[^\n]*DATABASE_PASSWORD is missing[^\n]*$/)
    expect(read).toThrow(/PORT must be integer/)
    expect(read).toThrow(/SESSION_IDLE_SECONDS must be >= 1/)
  })

  it('never quotes a value', () => {
    const read = () => readConfig({ ...secrets, PORT: 'hunter2' })
    expect(read).not.toThrow(/hunter2/)
  })

  it('refuses an origin that a browser would never send', () => {
    for (const PUBLIC_ORIGINS of ['http://dwaybank.localhost', 'https://dwaybank.localhost/', '*']) {
      expect(() => readConfig({ ...secrets, PUBLIC_ORIGINS })).toThrow(/PUBLIC_ORIGINS/)
    }
  })

  it('refuses an idle expiry beyond the absolute one', () => {
    const read = () => readConfig({ ...secrets, SESSION_IDLE_SECONDS: '10', SESSION_ABSOLUTE_SECONDS: '5' })
    expect(read).toThrow(/SESSION_IDLE_SECONDS/)
  })

  it('refuses a first wait beyond the longest', () => {
    const read = () =>
      readConfig({ ...secrets, LOGIN_FIRST_WAIT_SECONDS: '10', LOGIN_LONGEST_WAIT_SECONDS: '5' })
    expect(read).toThrow(/LOGIN_FIRST_WAIT_SECONDS/)
  })

  it('asks a migration for nothing about Redis', () => {
    expect(readDatabaseConfig({ DATABASE_PASSWORD: 'one' }).database).toBe('dwaybank')
  })
})
