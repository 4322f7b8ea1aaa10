import { describe, expect, it } from 'vitest'
import { explainedBy, lastWords } from './evidence.ts'
import type { Finding } from './finding.ts'

const crash: Finding = { resource: 'api', cause: 'crash', message: 'ended', evidence: ['ended'], patience: 1 }

describe('the last words of a log', () => {
  it('are the error, not the stack below it', () => {
    const log = ['starting', 'Error: no port', '    at listen (server.ts:3)', 'Node.js v24.0.0']
    expect(lastWords(log)).toBe('Error: no port')
  })

  it('are read out of JSON', () => {
    const line = JSON.stringify({ level: 'fatal', msg: 'cannot start', err: { message: 'no Redis' } })
    expect(lastWords(['{"msg":"hello"}', line])).toBe('cannot start: no Redis')
    expect(lastWords(['{half a line'])).toBe('{half a line')
  })

  it('are nothing where there is no log', () => {
    expect(lastWords([])).toBeUndefined()
  })
})

it('says what happened, not when', () => {
  expect(lastWords(['2026-11-24 15:20:29.755 UTC [16] FATAL:  out of space'])).toBe('FATAL:  out of space')
  expect(lastWords(['[2026-11-24 15:06:28 +0000] [1] [ERROR] no such module'])).toBe('[ERROR] no such module')
})

describe('a finding that a log explains', () => {
  it('gets the cause that the log names', () => {
    const log = ['FATAL: could not write to file: No space left on device', 'shutting down']
    expect(explainedBy(crash, log)).toMatchObject({ cause: 'volume-full', message: log[0] })
    expect(explainedBy(crash, ['getaddrinfo EAI_AGAIN postgres'])).toMatchObject({ cause: 'no-dns' })
  })

  it('stays a crash with its last words, and shows them', () => {
    const found = explainedBy(crash, ['one', 'fatal: two'])
    expect(found).toMatchObject({ cause: 'crash', message: 'fatal: two' })
    expect(found.evidence).toEqual(['ended', 'one', 'fatal: two'])
  })
})
