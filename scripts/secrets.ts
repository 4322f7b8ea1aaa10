// secrets: shows or rotates the passwords and keys that were generated for this cluster
//
// Usage: ./dway secrets list | show NAME | ca | rotate [NAME…] [--yes] [--json]
//
// list names the Secrets, show prints one, ca prints the certificate of the local CA, rotate replaces the passwords and keys
// of the named ones, or of all, in the servers as well. Those of the api, of Redis and of the store of backups are good
// beside the old ones until nobody uses these any more: no request fails, PostgreSQL and Redis go on, and no data is lost.
// Sessions stay, too: a cookie has a random id in it, and no key signs or encrypts it. Who is logged in at a developer's
// tool is asked again. backup-repository is also the key of the backups: the next ones get another one, with a full backup
// at once, and those of before stay readable for the 14 days that they are kept. Called again, a rotation that was ended
// half-way is finished first.
//
//   --yes   does not ask before rotating
//   --json  prints as JSON
import { readArgs } from './lib/args.ts'
import { BACKUP_SECRET } from './lib/backup/repository-secret.ts'
import { requireBackups } from './lib/backup/jobs.ts'
import { asOnlyRestore } from './lib/backup/restore-live.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb, UsageError } from './lib/errors.ts'
import { exclusively } from './lib/lock.ts'
import { rotate } from './lib/rotation.ts'
import { requireCluster } from './lib/running.ts'
import { passwordSecrets, readSecret } from './lib/secrets.ts'
import { workloadExists } from './lib/shell.ts'

/** Without a store, which the profile core leaves out, nothing can be encrypted anew. */
async function rotatable(known: readonly string[]): Promise<string[]> {
  const store = await workloadExists('statefulset/object-store')
  return known.filter((name) => store || name !== BACKUP_SECRET)
}

await runVerb('secrets', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: Infinity })
  const [action = 'list', ...chosen] = words
  const known = [...Object.keys(passwordSecrets), BACKUP_SECRET]
  if (action !== 'list') await requireCluster()
  const unknown = chosen.find((name) => !known.includes(name))
  if (unknown) throw new UsageError(`there is no Secret ${unknown}: choose from ${known.join(', ')}`)
  const print = (value: unknown, text: string) => {
    console.log(flags['json'] ? JSON.stringify(value, null, 2) : text)
  }
  switch (action) {
    case 'list':
      print(known, known.join('\n'))
      break
    case 'show': {
      const [name] = chosen
      if (!name) throw new UsageError(`say which one: ./dway secrets show ${known.join('|')}`)
      const values = await readSecret(name)
      print(
        values,
        Object.entries(values)
          .map(([key, value]) => `${key}: ${value}`)
          .join('\n'),
      )
      break
    }
    case 'ca': {
      const { 'ca.crt': certificate = '' } = await readSecret('local-ca')
      print({ certificate }, certificate.trim())
      break
    }
    case 'rotate': {
      const names = chosen.length > 0 ? chosen : await rotatable(known)
      const backups = names.includes(BACKUP_SECRET)
      if (backups) await requireBackups()
      await confirm('replaces the passwords and keys of', names, flags['yes'] === true)
      const work = () => exclusively(() => rotate(names))
      await (backups ? asOnlyRestore(work) : work())
      print({ rotated: names }, `rotated: ${names.join(', ')}`)
      break
    }
    default:
      throw new UsageError(`'${action}' is not known: use list, show, ca or rotate`)
  }
})
