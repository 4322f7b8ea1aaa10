import { describe, expect, it } from 'vitest'
import { parseInfo } from './info.ts'

const entry = (label: string, type: string, stop: number, error: boolean | null = false) => ({
  label,
  type,
  error,
  timestamp: { start: stop - 1, stop },
  info: { size: 23_421_882, repository: { delta: 2_946_208 } },
})
const stanza = (code: number, message: string, ...backup: object[]) =>
  JSON.stringify([{ name: 'dwaybank', status: { code, message }, backup }])

describe('what pgBackRest tells of its backups', () => {
  it('is their kind, time and size', () => {
    expect(parseInfo(stanza(0, 'ok', entry('20261126-144747F', 'full', 1_795_704_468)))).toEqual([
      {
        label: '20261126-144747F',
        type: 'full',
        startedAt: new Date('2026-11-26T14:47:47Z'),
        endedAt: new Date('2026-11-26T14:47:48Z'),
        databaseBytes: 23_421_882,
        storedBytes: 2_946_208,
      },
    ])
  })

  it('leaves out one with damaged pages', () => {
    expect(parseInfo(stanza(0, 'ok', entry('A', 'full', 1, true), entry('B', 'diff', 2)))).toMatchObject([
      { label: 'B' },
    ])
  })

  it.each([
    ['no stanza was made', '[]'],
    ['the stanza is missing', stanza(1, 'missing stanza path')],
    ['there is no backup', stanza(2, 'no valid backups')],
  ])('is nothing while %s', (_what, output) => {
    expect(parseInfo(output)).toEqual([])
  })

  it('is not nothing if the store cannot be read', () => {
    expect(() => parseInfo(stanza(99, 'other'))).toThrow('the backups cannot be read: other')
  })
})
