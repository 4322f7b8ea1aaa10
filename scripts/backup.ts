// backup: makes a backup of PostgreSQL now
//
// Usage: ./dway backup [--type full|diff] [--json]
//
// Backups are made each night, and what is written meanwhile is archived within a minute; this makes one more. It goes
// to the object store, encrypted, with a copy of Redis beside it. ./dway backups lists what is there. A repository from
// before the key was rotated is removed when its 14 days are over.
//
//   --type TYPE  diff: the files that have changed since the last full backup; full: all of them (diff)
//   --json       prints the new backup as JSON
import { choice, readArgs } from './lib/args.ts'
import { listBackups } from './lib/backup/info.ts'
import { backUp, requireBackups } from './lib/backup/jobs.ts'
import { describeBackup } from './lib/backup/print.ts'
import { removeKilledRestore } from './lib/backup/killed-restore.ts'
import { asOnlyRestore } from './lib/backup/restore-live.ts'
import { hasExpiredRepositories, removeExpiredRepositories } from './lib/rotation/backup-repository.ts'
import { runVerb, UserError } from './lib/errors.ts'
import { exclusively } from './lib/lock.ts'
import { requireCluster } from './lib/running.ts'
import { step } from './lib/steps.ts'

await runVerb('backup', async () => {
  const { flags } = readArgs(import.meta.url)
  const type = choice(flags, 'type', ['full', 'diff'], 'diff')
  await requireCluster()
  await requireBackups()
  await removeKilledRestore()
  const log = await step(`back up (${type})`, (progress) => backUp(type, progress))
  // A rotation writes to the same Secret.
  if (await hasExpiredRepositories()) await asOnlyRestore(() => exclusively(removeExpiredRepositories))
  const label = /new backup label = (\S+)/.exec(log)?.[1]
  const made = (await listBackups()).find((backup) => backup.label === label)
  if (made === undefined)
    throw new UserError(`the store does not list ${label ?? 'the backup'} that was made`)
  console.log(flags['json'] ? JSON.stringify(made, null, 2) : describeBackup(made))
})
