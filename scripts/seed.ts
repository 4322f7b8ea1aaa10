// seed: fills the bank with people, accounts and a year of transfers
//
// Usage: ./dway seed [--size small|medium|large] [--seed WORD] [--reset --yes] [--json]
//
// The same size and seed always give the same data, and the same digest over all tables (password hashes are left out
// of it: the password is generated for each cluster). Called again, it recognises its data and only renews its
// sessions. A database that holds anything else is left alone. With --reset, whatever is there is removed and loaded
// anew, and backed up where backups are made.
//
//   --size SIZE  small (1,000 transfers), medium (100,000) or large (1,000,000); small if not given
//   --seed WORD  what the data is derived from (dwaybank)
//   --reset      removes first what the database and Redis hold
//   --yes        does not ask before removing
//   --json       prints the result as JSON
import { choice, readArgs } from './lib/args.ts'
import { backUp } from './lib/backup/jobs.ts'
import { confirm } from './lib/confirm.ts'
import { messageOf, runVerb, UserError } from './lib/errors.ts'
import { runRedis } from './lib/redis.ts'
import { requireCluster } from './lib/running.ts'
import { load } from './lib/seed/load.ts'
import { LOGIN_SECRET, renewPasswords, seedPasswordHash } from './lib/seed/login.ts'
import { OPERATOR_EMAIL } from './lib/seed/people.ts'
import { makePlan, sizes } from './lib/seed/plan.ts'
import { writeSessions } from './lib/seed/sessions.ts'
import { readContents, readDigest, type Contents } from './lib/seed/state.ts'
import { workloadExists } from './lib/shell.ts'
import { note, step } from './lib/steps.ts'

const count = (number: number, things: string) => `${number.toLocaleString('en')} ${things}`

function inventory({ customers, accounts, transfers }: Omit<Contents, 'bank' | 'empty'>): string[] {
  return [count(customers, 'customers'), count(accounts, 'accounts'), count(transfers, 'transfers')]
}

await runVerb('seed', async () => {
  const { flags } = readArgs(import.meta.url)
  const size = choice(flags, 'size', ['small', 'medium', 'large'], 'small')
  const seed = String(flags['seed'] ?? 'dwaybank')
  const reset = flags['reset'] === true

  await requireCluster()
  const contents = await readContents()
  await runRedis('Redis does not answer', ['PING'])
  const plan = await step(`plan ${count(sizes[size], 'transfers')}`, async () =>
    makePlan(seed, sizes[size], contents.bank),
  )
  const [first] = plan.people.customers
  if (!first) throw new Error('a seed without people')
  const passwordHash = await seedPasswordHash(seed)

  const kept = !reset && !contents.empty && (await readDigest()) === plan.digest
  if (kept) {
    await renewPasswords(passwordHash)
  } else {
    if (!contents.empty) {
      const held = inventory(contents)
      if (!reset) {
        throw new UserError(
          `the database holds ${held.join(', ')} that are not, or not only, this seed: ./dway seed --reset replaces them, after asking (if this seed is among them, ${first.email} still logs in)`,
        )
      }
      await confirm('removes', [...held, 'every session'], flags['yes'] === true)
    }
    await step(`load ${size}`, ({ now }) => load(plan, passwordHash, !contents.empty, now))
  }
  // Also for a seed that is there: they end by themselves, and the one that loaded it may have been stopped.
  const sessions = await step('write sessions', () => writeSessions(seed, plan.people.customers, reset))

  // What is noted beside the backups of before is of other books.
  if (reset && (await workloadExists('cronjob/verify-backup')))
    await step('back up (diff)', (progress) => backUp('diff', progress)).catch((error: unknown) =>
      note(`${messageOf(error)}: ./dway backup makes the first one of the new books`),
    )

  const held = {
    customers: plan.people.customers.length,
    accounts: plan.people.accounts.length - 1,
    transfers: plan.transfers,
  }
  const { digest } = plan
  if (flags['json']) {
    const login = { email: first.email, secret: LOGIN_SECRET }
    const operator = { email: OPERATOR_EMAIL, secret: LOGIN_SECRET }
    const logins = { login, operator }
    console.log(JSON.stringify({ size, seed, changed: !kept, digest, ...held, sessions, ...logins }, null, 2))
    return
  }
  console.log(
    `  ${kept ? 'nothing to load, the bank already has' : 'the bank has'} ${inventory(held).join(', ')}`,
  )
  console.log(`  digest over all tables, without password hashes: ${digest}`)
  console.log(
    `  log in as ${first.email}, or as ${OPERATOR_EMAIL} who operates the bank; the password of both is in the Secret ${LOGIN_SECRET}: ./dway secrets show ${LOGIN_SECRET}`,
  )
})
