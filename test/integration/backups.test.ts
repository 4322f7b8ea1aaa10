import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { archiveAll } from '../../scripts/lib/backup/archive.ts'
import { readKeys, writeKeys } from '../../scripts/lib/backup/keys-file.ts'
import { removeKilledRestore } from '../../scripts/lib/backup/killed-restore.ts'
import { lastVerification } from '../../scripts/lib/backup/verification.ts'
import { foldersBeside } from '../../scripts/lib/backup/swap.ts'
import { restoredDatabase } from '../../scripts/lib/backup/restore-pod.ts'
import { withRestored } from '../../scripts/lib/backup/restore.ts'
import { runPsql } from '../../scripts/lib/database.ts'
import { profile } from '../../scripts/lib/profile.ts'
import { root, statePath } from '../../scripts/lib/settings.ts'
import { $, kubectlBank } from '../../scripts/lib/shell.ts'
import { bodyOf, newCustomer } from '../support/visitor.ts'

const dway = (verb: string, ...words: string[]) =>
  $`node ${path.join(root, 'scripts', `${verb}.ts`)} ${words}`.nothrow()

async function jsonOf<T>(verb: string, ...words: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await dway(verb, ...words, '--json')
  expect(exitCode, stderr + stdout).toBe(0)
  return JSON.parse(stdout) as T
}

/** How many transfers with this reference there are. */
const count = (reference: string, where?: typeof restoredDatabase) =>
  runPsql(
    'not counted',
    `select count(*) from transfers where reference = '${reference}';\n`,
    undefined,
    where,
  )

/** Tries what the writer's key may not do, in the store's own container, where both keys are. */
const ATTACK = `
set -euo pipefail
store=https://localhost:7070/$BUCKET
ask() {
  curl --config - --silent --max-time 20 --cacert /etc/store-authority/ca.crt --aws-sigv4 aws:amz:us-east-1:s3 "$@"
}
as_writer() { ask "$@" <<<"user = \\"$WRITER_ACCESS_KEY_ID:$WRITER_SECRET_ACCESS_KEY\\""; }
status() { as_writer --output /dev/null --write-out "$1 %{http_code}\\n" "\${@:2}"; }
object=planted-$RANDOM$RANDOM
printf backup >/tmp/planted
status write --upload-file /tmp/planted "$store/$object"
version=$(as_writer "$store?versions&prefix=$object" | grep -o '<VersionId>[^<]*' | head -n 1 | cut -d'>' -f2)
status delete --request DELETE "$store/$object"
status gone "$store/$object"
status destroy --request DELETE "$store/$object?versionId=$version"
status suspend --request PUT --data '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>' "$store?versioning"
status policy --request DELETE "$store?policy"
status bucket --request DELETE "$store"
ask --output /dev/null --write-out "kept %{http_code}\\n" "$store/$object?versionId=$version" <<<"user = \\"root:$ROOT_SECRET_ACCESS_KEY\\""
rm /tmp/planted
ask --output /dev/null --write-out "anonymous %{http_code}\\n" "$store/$object?versionId=$version" </dev/null
`

/** What opens the backups without the cluster's own Secret. */
const keysFile = statePath('backups-test', 'keys.yaml')

/** What a restore from another cluster's store leaves in this one: nothing. */
const leftovers = async () =>
  (
    await kubectlBank([
      'get',
      'pod/restore',
      'secret/restore-repository',
      'networkpolicy/allow-restore-to-repository-egress',
      '--ignore-not-found',
      '--output',
      'name',
    ])
  ).stdout

describe.skipIf(profile() !== 'full')('backups', () => {
  afterAll(() => fs.rmSync(keysFile, { force: true }))

  // As in a fresh cluster, which knows nothing but the file. That of the bank itself is what drills and rotations read.
  it(
    'are made, and restored by their keys alone to a moment between two transfers',
    { timeout: 300_000 },
    async () => {
      const beside = await foldersBeside()
      const { visitor, account } = await newCustomer()
      const savings = await visitor.openAccount('Savings')
      const pay = async (reference: string) => {
        const body = { fromAccountId: account.id, toAccountNumber: savings.number, amount: 1, reference }
        bodyOf(await visitor.transfer(body), 201)
      }
      const [before, after] = [`A ${account.id}`, `B ${account.id}`]
      const { label, type } = await jsonOf<{ label: string; type: string }>('backup', '--type', 'diff')
      expect(type).toMatch(/^(full|diff)$/)
      await pay(before)
      await sleep(1200)
      const moment = new Date()
      await sleep(1200)
      await pay(after)

      // A cluster that is gone archives nothing any more.
      await archiveAll()
      fs.rmSync(keysFile, { force: true })
      const written = await dway('backups', '--keys', keysFile)
      expect(written.exitCode, written.stderr).toBe(0)
      const from = readKeys(keysFile)
      for (const { passphrase, secretAccessKey } of from.repositories)
        expect(written.stdout + written.stderr).not.toMatch(RegExp(`${passphrase}|${secretAccessKey}`))
      await withRestored(
        { at: moment, from },
        'scratch',
        async ({ backup, checks, digest, rpoSeconds, rtoSeconds }) => {
          expect(backup).toBe(label)
          expect(checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([])
          expect(checks.map(({ name }) => name)).toContain('heads')
          expect(digest).toMatch(/^[0-9a-f]{32,}$/)
          expect(rpoSeconds).toBeGreaterThan(1)
          expect(rpoSeconds).toBeLessThan(60)
          expect(rtoSeconds).toBeLessThan(180)
          expect(await count(before, restoredDatabase)).toBe('1')
          expect(await count(after, restoredDatabase)).toBe('0')
        },
      )
      expect(await count(after)).toBe('1')
      expect(await leftovers()).toBe('')
      expect(await foldersBeside()).toEqual(beside)
    },
  )

  it.each([
    ['another passphrase', { passphrase: 'another' }, 'was written with another passphrase'],
    ['another login', { secretAccessKey: 'another' }, '403'],
    ['a bucket that is not there', { bucket: 'nobodys' }, '404'],
    ['a place in it where nothing is', { path: '/nothing' }, 'there is no backup in the repositories'],
    ['a store that is not there', { endpoint: 'nobody.invalid' }, 'HostConnectError'],
  ])('cannot be restored by %s: one line says so', { timeout: 120_000 }, async (_what, change, said) => {
    const right = readKeys(keysFile)
    const file = `${keysFile}.${Object.keys(change)[0]}`
    try {
      // A key that was rotated has a repository of its own, which holds backups, too.
      await writeKeys(file, {
        ...right,
        repositories: right.repositories.map((one) => ({ ...one, ...change })),
      })
      const { exitCode, stdout, stderr } = await dway('restore', '--from', file, '--scratch')
      expect(stderr).toContain(said)
      expect(stderr.split('\n').filter((line) => line.startsWith('dway restore: '))).toHaveLength(1)
      expect(stdout).toBe('')
      expect(exitCode).toBe(1)
      expect(await leftovers()).toBe('')
    } finally {
      fs.rmSync(file, { force: true })
    }
  })

  it("of this bank itself are not restored as another's", async () => {
    const { exitCode, stderr } = await dway('restore', '--from', keysFile, '--yes')
    expect(stderr).toContain("opens this bank's own backups: ./dway restore --at TIME restores them")
    expect(exitCode).toBe(2)
  })

  // Ctrl-C reaches kubectl as well. What could not clean up is removed by the next up, backup or restore.
  it.each([
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const)(
    'leave nothing if a restore of them is ended by %s',
    { timeout: 120_000 },
    async (signal, code) => {
      const words = [path.join(root, 'scripts/restore.ts'), '--from', keysFile, '--scratch']
      const restoring = spawn('node', words, { detached: true, stdio: 'ignore' })
      const ended = once(restoring, 'exit')
      try {
        while ((await leftovers()).trim().split('\n').length < 3) {
          expect(restoring.exitCode).toBeNull()
          await sleep(200)
        }
        process.kill(-(restoring.pid ?? 0), signal)
        expect((await ended)[0]).toBe(code)
        if (code === null) await removeKilledRestore()
        expect(await leftovers()).toBe('')
      } finally {
        // A second try must meet nothing of the first.
        if (restoring.exitCode === null && restoring.signalCode === null)
          process.kill(-(restoring.pid ?? 0), 'SIGKILL')
        await ended
        await removeKilledRestore()
      }
    },
  )

  it('are made one after the other if two are asked for at once', { timeout: 300_000 }, async () => {
    const made = await Promise.all([1, 2].map(() => jsonOf<{ label: string }>('backup', '--type', 'diff')))
    expect(new Set(made.map(({ label }) => label)).size).toBe(2)
  })

  it('are listed with what can be restored, and verified', { timeout: 300_000 }, async () => {
    const { backups, range, verification } = await jsonOf<{
      backups: { label: string; storedBytes: number; redisKeys: number }[]
      range: string[]
      verification: { verdict: string; evidence: string; endedAt: string }
    }>('backups', '--verify')
    expect(backups.length).toBeGreaterThan(0)
    expect(Date.parse(range[1] ?? '')).toBeGreaterThan(Date.parse(range[0] ?? ''))
    const newest = backups.at(-1)?.label ?? 'none'
    const { redisKeys } = backups.at(-1) ?? {}
    expect(redisKeys).toBeGreaterThan(0)
    expect(verification.evidence).toContain(`the copy of Redis has ${redisKeys} keys`)
    expect(verification).toMatchObject({
      verdict: 'passed',
      evidence: expect.stringContaining(newest) as string,
    })
    // Its pod keeps the verdict for whoever asks later.
    expect(await lastVerification()).toMatchObject({
      verdict: 'passed',
      evidence: expect.stringContaining(newest) as string,
    })
  })

  it.each([
    [['--at', '2026-02-30T00:00:00Z', '--scratch'], 2, 'there is no 2026-02-30'],
    [['--at', 'yesterday'], 2, "'yesterday' is no moment"],
    [['--at', '2999-01-01T00:00:00Z'], 2, 'has not come yet'],
    [['--from', '.dway/nothing.yaml', '--yes'], 2, 'cannot be read'],
    [['--from', '/tmp/keys.yaml', '--yes'], 2, 'is not in the checkout'],
    [[], 2, 'say what to restore'],
    [['--at', '2020-01-01T00:00:00Z', '--scratch'], 1, 'the first backup ended then'],
  ])('restore %j is refused', { timeout: 60_000 }, async (words, code, said) => {
    const { exitCode, stderr } = await dway('restore', ...words)
    expect(stderr).toContain(said)
    expect(exitCode).toBe(code)
  })

  it('cannot be destroyed by the key that writes them', async () => {
    const attack = kubectlBank(['exec', '--stdin', 'object-store-0', '--', 'bash', '-s'], ATTACK)
    const { stdout } = await attack
    const answers = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    )
    expect(Object.fromEntries(answers)).toEqual({
      write: '200',
      delete: '204',
      gone: '404',
      destroy: '403',
      suspend: '403',
      policy: '403',
      bucket: '403',
      kept: '200',
      anonymous: '403',
    })
  })
})
