import { runPsql } from '../database.ts'
import { UserError } from '../errors.ts'
import type { TwoPasswords } from './two-passwords.ts'
import { unlogged } from './unlogged.ts'

/** Two roles that take turns, and the one whose rights they have: the login of a cluster that was never rotated since. */
const TURNS = ['dwaybank_api_a', 'dwaybank_api_b'] as const
const ROLES = ['dwaybank_api', ...TURNS]

/** The roles of the api besides the one that the Secret names, as a list in SQL. */
function others(username = ''): string {
  if (!ROLES.includes(username))
    throw new UserError(`the Secret postgres-api names '${username}', which is no role of the api`)
  return ROLES.filter((role) => role !== username)
    .map((role) => `'${role}'`)
    .join(', ')
}

/** The api's login at PostgreSQL: the next password is the other role's. */
export const apiRole: TwoPasswords = {
  knowsAnother: async ({ username }) => {
    const count = `select count(*) from pg_roles where rolcanlogin and rolname in (${others(username)});\n`
    return (await runPsql('the roles of the api cannot be read', count)) !== '0'
  },
  add: async (current, password) => {
    const [a, b] = TURNS
    const username = current['username'] === a ? b : a
    const statement = `alter role ${username} login password '${password}';\n`
    await runPsql(`PostgreSQL did not take the password of ${username}`, unlogged + statement)
    return { ...current, username, password }
  },
  dropOthers: async ({ username }) => {
    const roles = others(username)
    await runPsql(
      'the old login of the api was not taken away',
      `select format('alter role %I nologin password null', rolname) from pg_roles where rolname in (${roles})\\gexec
select count(pg_terminate_backend(pid)) from pg_stat_activity where usename in (${roles});\n`,
    )
  },
}
