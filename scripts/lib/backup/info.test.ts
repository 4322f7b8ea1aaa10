import { describe, expect, it } from 'vitest'
import { parseInfo } from './info.ts'

const entry = (label: string, type: string, stop: number, error: boolean | null = false) => ({
  label,
  type,
  error,
  timestamp: { start: stop - 1, stop },
  database: { id: 1, 'repo-key': 1 },
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
        redisKeys: undefined,
        key: 'PGBACKREST_REPO1_CIPHER_PASS',
      },
    ])
  })

  it('is whether a copy of Redis is beside it, even an empty one', () => {
    const copied = { ...entry('A', 'full', 1), annotation: { 'redis-keys': '0' } }
    expect(parseInfo(stanza(0, 'ok', copied))).toMatchObject([{ redisKeys: 0 }])
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

  it('is of all repositories, with the key of each backup, and one may have none yet', () => {
    const [of] = JSON.parse(stanza(4, 'different across repos', entry('A', 'full', 1))) as [
      { backup: { database: object }[] },
    ]
    for (const backup of of.backup) backup.database = { id: 1, 'repo-key': 2 }
    const empty = { status: { code: 2, message: 'no valid backups' } }
    const repo = [empty, { status: { code: 0, message: 'ok' } }]
    expect(parseInfo(JSON.stringify([{ ...of, repo }]))).toMatchObject([
      { label: 'A', key: 'PGBACKREST_REPO2_CIPHER_PASS' },
    ])
    const broken = [empty, { status: { code: 99, message: '[CryptoError] unable to flush' } }]
    expect(() => parseInfo(JSON.stringify([{ ...of, repo: broken }]))).toThrow('unable to flush')
  })

  it('is not nothing if the store cannot be read', () => {
    expect(() => parseInfo(stanza(99, 'other'))).toThrow('the backups cannot be read: other')
  })
})
