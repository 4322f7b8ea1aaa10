import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../settings.ts'
import {
  begun,
  KEPT_DAYS,
  newRepository,
  nextRepository,
  REPOSITORY_CONF,
  settled,
  stageOf,
  switched,
  withoutExpired,
  withRepositoryConf,
} from './repository-secret.ts'

const place = { PGBACKREST_STANZA: 'dwaybank', PGBACKREST_REPO1_S3_ENDPOINT: 'object-store' }
const day = (days: number) => new Date(Date.parse('2026-11-26T12:00:00Z') + days * 86_400_000)

/** A whole change, on a day. */
function changed(data: Record<string, string>, days: number, mark: string): Record<string, string> {
  return settled(switched(begun(data, `login ${mark}`, `key ${mark}`, day(days)), place), day(days))
}

/** The file's lines of a section. */
function section(data: Record<string, string>, name: string): string[] {
  const [, text = ''] = (data[REPOSITORY_CONF] ?? '').split(`[${name}]\n`)
  const lines = text.split('\n')
  const end = lines.findIndex((line) => line === '' || line.startsWith('['))
  return lines.slice(0, end)
}

const fresh = newRepository('login 0', 'key 0')

it('has a file with the one repository, which is that of an earlier release', () => {
  expect(section(fresh, 'global')).toEqual([
    'repo1-cipher-pass=key 0',
    'repo1-path=/dwaybank',
    'repo1-s3-key-secret=login 0',
    'repo1-s3-key=backup',
  ])
  const { [REPOSITORY_CONF]: _file, PGBACKREST_REPO1_PATH: _path, ...before } = fresh
  expect(withRepositoryConf(before)).toEqual(fresh)
})

it('keeps what comes next before it is used, and nothing reads it yet', () => {
  const next = begun(fresh, 'login 1', 'key 1', day(0))
  expect(stageOf(next)).toBe('begun')
  expect(next[REPOSITORY_CONF]).toBe(fresh[REPOSITORY_CONF])
  expect(next['OTHER_S3_KEY']).toBe('backup-b')
  expect(nextRepository(next)).toEqual({
    PGBACKREST_REPO1_PATH: expect.stringMatching(/^\/dwaybank-2026-11-26-[0-9a-f]{8}$/) as string,
    PGBACKREST_REPO1_CIPHER_PASS: 'key 1',
  })
})

it('writes to the next repository alone, and reads those of before by the new login', () => {
  const both = switched(begun(fresh, 'login 1', 'key 1', day(0)), place)
  expect(both).toMatchObject({ STAGE: 'switched', OTHER_S3_KEY: 'backup', OTHER_S3_KEY_SECRET: 'login 0' })
  expect(section(both, 'global').filter((line) => line.startsWith('repo2'))).toEqual([])
  for (const name of ['global:info', 'global:restore', 'global:archive-get']) {
    const lines = section(both, name)
    for (const line of [
      'repo2-path=/dwaybank',
      'repo2-cipher-pass=key 0',
      'repo2-s3-key=backup-b',
      'repo2-s3-key-secret=login 1',
      'repo2-s3-endpoint=object-store',
      'repo2-type=s3',
    ])
      expect(lines).toContain(line)
  }
  expect(settled(both, day(0))).toMatchObject({ STAGE: 'settled', OTHER_S3_KEY: '', OTHER_S3_KEY_SECRET: '' })
})

it('forgets a repository when every moment that is kept is in a later one, and no other', () => {
  const third = changed(changed(fresh, 0, '1'), 10, '2')
  expect(section(third, 'global:info')).toContain('repo3-cipher-pass=key 0')
  expect(section(third, 'global:info')).toContain('repo2-cipher-pass=key 1')
  expect(third['PGBACKREST_REPO1_S3_KEY']).toBe('backup')
  expect(withoutExpired(third, day(KEPT_DAYS - 1)).paths).toEqual([])
  const { rest, paths } = withoutExpired(third, day(KEPT_DAYS + 1))
  expect(paths).toEqual(['/dwaybank'])
  expect(JSON.stringify(rest)).not.toContain('key 0')
  expect(section(rest, 'global:info')).toContain('repo2-cipher-pass=key 1')
  // What is emptied has no place in the next change.
  expect(JSON.stringify(changed(rest, 20, '3'))).not.toContain('REPO4_')
})

it('keeps a repository as long as pgBackRest keeps backups', () => {
  const conf = fs.readFileSync(path.join(root, 'services/postgres/conf/pgbackrest.conf'), 'utf8')
  expect(conf).toContain(`repo1-retention-full=${KEPT_DAYS}\n`)
})
