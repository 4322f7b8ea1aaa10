import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UsageError } from '../errors.ts'
import { statePath } from '../settings.ts'
import { keysOf, openOwn, parseKeys, readKeys, renderKeys, secretOf, writeKeys } from './keys-file.ts'
import { begun, newRepository, REPOSITORY_CONF, settled, switched } from './repository-secret.ts'

const place = {
  PGBACKREST_STANZA: 'dwaybank',
  PGBACKREST_REPO1_S3_ENDPOINT: 's3.example.org',
  PGBACKREST_REPO1_STORAGE_PORT: '7070',
  PGBACKREST_REPO1_S3_BUCKET: 'backups',
  PGBACKREST_REPO1_S3_REGION: 'us-east-1',
  PGBACKREST_REPO1_STORAGE_CA_FILE: '/etc/store-authority/ca.crt',
}
const authority = '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n'
const now = new Date('2026-11-26T12:00:00Z')
const fresh = newRepository('login 0', 'key 0')
const rotated = settled(switched(begun(fresh, 'login 1', 'key 1', now), place), now)

const repository = {
  endpoint: 's3.example.org',
  port: '7070',
  bucket: 'backups',
  region: 'us-east-1',
  path: '/dwaybank',
  accessKeyId: 'backup',
  secretAccessKey: 'login 0',
  passphrase: 'key 0',
}

it('the keys are those of each repository, the newest first, all by the login that is good', () => {
  expect(keysOf(fresh, place, authority)).toEqual({ repositories: [repository], authority })
  const login = { accessKeyId: 'backup-b', secretAccessKey: 'login 1' }
  expect(keysOf(rotated, place, authority).repositories).toEqual([
    { ...repository, ...login, path: rotated['PGBACKREST_REPO1_PATH'], passphrase: 'key 1' },
    { ...repository, ...login },
  ])
})

it('what is written is read again', () => {
  const keys = keysOf(rotated, place, authority)
  expect(parseKeys(renderKeys(keys), 'keys.yaml')).toEqual(keys)
})

it('another cluster reads the repositories by a file of pgBackRest', () => {
  const { [REPOSITORY_CONF]: conf = '', 'ca.crt': ca } = secretOf(keysOf(rotated, place, authority))
  expect(ca).toBe(authority)
  const [first = '', ...sections] = conf.split(/^\[.*\]\n/m).slice(1)
  expect(first.trim().split('\n')).toEqual(
    expect.arrayContaining(['repo1-s3-endpoint=s3.example.org', 'repo1-cipher-pass=key 1']),
  )
  expect(sections.length).toBeGreaterThan(0)
  for (const section of sections)
    expect(section.trim().split('\n')).toEqual(
      expect.arrayContaining([
        'repo2-cipher-pass=key 0',
        'repo2-s3-key=backup-b',
        'repo2-storage-ca-file=/etc/store-authority/ca.crt',
      ]),
    )
  expect(secretOf({ repositories: [repository], authority: undefined })[REPOSITORY_CONF]).not.toContain(
    'ca-file',
  )
})

it('this cluster knows its own keys, those of before too, and no others', () => {
  const keys = keysOf(fresh, place, authority)
  expect(openOwn(keys, fresh)).toBe(true)
  expect(openOwn(keys, switched(begun(fresh, 'login 1', 'key 1', new Date()), place))).toBe(true)
  expect(openOwn(keys, newRepository('login 0', 'another'))).toBe(false)
})

describe('a file is refused', () => {
  const yaml = (changes: Record<string, unknown>) =>
    JSON.stringify({ repositories: [{ ...repository, ...changes }] })
  it.each([
    ['that is not YAML', 'repositories: [', 'is not YAML'],
    ['that is empty', '', 'names no repositories'],
    ['without a passphrase', yaml({ passphrase: undefined }), 'lacks the passphrase'],
    ['with an empty login', yaml({ secretAccessKey: '' }), 'lacks the secretAccessKey'],
    ['with another word', yaml({ password: 'x' }), "has 'password', which is no setting"],
    ['with a second line in a value', yaml({ bucket: 'a\nrepo1-type=posix' }), 'of more than one line'],
    ['with a port that is none', yaml({ port: 'https' }), 'has a port that is none'],
    ['with a relative path', yaml({ path: 'bank' }), 'does not begin with /'],
    [
      'with an authority that is a path',
      JSON.stringify({ repositories: [repository], authority: '/etc/ca.crt' }),
      'no certificate',
    ],
  ])('%s', (_what, text, said) => {
    const reading = () => parseKeys(text, 'keys.yaml')
    expect(reading).toThrow(UsageError)
    expect(reading).toThrow(said)
    expect(reading).not.toThrow('login 0')
  })
  it('the port may be left out', () => {
    expect(parseKeys(yaml({ port: undefined }), 'keys.yaml').repositories[0]?.port).toBe('443')
  })
})

describe('on the disk', () => {
  const file = statePath('keys-test', 'keys.yaml')
  const clear = () => fs.rmSync(file, { force: true })
  beforeAll(clear)
  afterAll(clear)

  it('is for its owner alone, and is neither replaced nor given to git', async () => {
    const keys = keysOf(fresh, place, authority)
    await writeKeys(file, keys)
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect(readKeys(file)).toEqual(keys)
    await expect(writeKeys(file, keys)).rejects.toThrow('is there already')
    await expect(writeKeys('keys.yaml', keys)).rejects.toThrow('would be committed')
    await expect(writeKeys('/elsewhere/keys.yaml', keys)).rejects.toThrow('git does not say whether')
    fs.chmodSync(file, 0o640)
    expect(() => readKeys(file)).toThrow('can be read by others: chmod 600')
    expect(() => readKeys(`${file}.none`)).toThrow('cannot be read')
  })
})
