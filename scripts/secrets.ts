// secrets: shows or rotates the passwords that were generated for this cluster
//
// Usage: ./dway secrets list | show NAME | ca | rotate [NAME…] [--yes] [--json]
//
// list names the Secrets, show prints one, ca prints the certificate of the local CA, rotate replaces the passwords of the named ones, or of all, in
// PostgreSQL and Redis as well, and restarts what uses them. No data is lost.
//
//   --yes   does not ask before rotating
//   --json  prints as JSON
import { readArgs } from './lib/args.ts'
import { confirm } from './lib/confirm.ts'
import { runVerb, UsageError } from './lib/errors.ts'
import { rotate } from './lib/rotation.ts'
import { requireCluster } from './lib/running.ts'
import { passwordSecrets, readSecret } from './lib/secrets.ts'

await runVerb('secrets', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: Infinity })
  const [action = 'list', ...chosen] = words
  const known = Object.keys(passwordSecrets)
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
      const names = chosen.length > 0 ? chosen : known
      await confirm('replaces the passwords of', names, flags['yes'] === true)
      await rotate(names)
      print({ rotated: names }, `rotated: ${names.join(', ')}`)
      break
    }
    default:
      throw new UsageError(`'${action}' is not known: use list, show, ca or rotate`)
  }
})
