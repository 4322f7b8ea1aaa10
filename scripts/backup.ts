// backup: makes a backup of PostgreSQL now
//
// Usage: ./dway backup [--type full|diff] [--json]
//
// Backups are made each night, and what is written meanwhile is archived within a minute; this makes one more. It goes
// to the object store, encrypted. ./dway backups lists what is there.
//
//   --type TYPE  diff: the files that have changed since the last full backup; full: all of them (diff)
//   --json       prints the new backup as JSON
import { choice, readArgs } from './lib/args.ts'
import { listBackups } from './lib/backup/info.ts'
import { backUp, requireBackups } from './lib/backup/jobs.ts'
import { describeBackup } from './lib/backup/print.ts'
import { runVerb, UserError } from './lib/errors.ts'
import { requireCluster } from './lib/running.ts'
import { step } from './lib/steps.ts'

await runVerb('backup', async () => {
  const { flags } = readArgs(import.meta.url)
  const type = choice(flags, 'type', ['full', 'diff'], 'diff')
  await requireCluster()
  await requireBackups()
  const log = await step(`back up (${type})`, (progress) => backUp(type, progress))
  const label = /new backup label = (\S+)/.exec(log)?.[1]
  const made = (await listBackups()).find((backup) => backup.label === label)
  if (made === undefined)
    throw new UserError(`the store does not list ${label ?? 'the backup'} that was made`)
  console.log(flags['json'] ? JSON.stringify(made, null, 2) : describeBackup(made))
})
