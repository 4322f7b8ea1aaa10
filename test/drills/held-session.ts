import { runPsql, inPostgresPod } from '../../scripts/lib/database.ts'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { eventually } from '../support/tools.ts'

/** Whatever becomes of a test, what it holds ends by itself. */
const HOLD_SECONDS = 240

/**
 * Keeps a session of the schema's owner open, in one transaction, in which a script has run.
 * @param name what PostgreSQL calls the session
 * @returns ends it
 */
export async function holdTransaction(name: string, script: string): Promise<() => Promise<void>> {
  const { username = '', password = '' } = await readSecret('postgres-owner')
  const psql = 'read -r PGPASSWORD; export PGPASSWORD; exec psql --no-psqlrc --quiet "$@"'
  const words = [`--username=${username}`, '--dbname=dwaybank', '--set=ON_ERROR_STOP=1']
  const held = `set application_name = '${name}';\nbegin;\n${script}\nselect pg_sleep(${HOLD_SECONDS});\n`
  const session = kubectlBank(
    [...inPostgresPod, 'sh', '-c', psql, 'psql', ...words],
    `${password}\n${held}`,
  ).nothrow()
  await eventually(30, async () => (await runPsql('no session was found', sleeping(name))) !== '')
  return async () => {
    await endSessions(name)
    await session
  }
}

/** Finds the session when its script has run. */
const sleeping = (name: string) =>
  `select pid from pg_stat_activity where application_name = '${name}' and wait_event = 'PgSleep';`

/** Ends the sessions that have the name. */
export async function endSessions(name: string): Promise<void> {
  await runPsql(
    'the session was not ended',
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}';`,
  )
}

/** Opens so many idle connections of the superuser, which last until the returned function ends them. */
export async function holdConnections(name: string, count: number): Promise<() => Promise<void>> {
  const database = 'drill'
  const drop = `drop database if exists ${database} with (force);`
  await runPsql('no database for the drill', `${drop}\ncreate database ${database};`, 'postgres')
  const open = `set application_name = '${name}';
create extension dblink;
select count(dblink_connect('drill' || n, 'dbname=${database} application_name=${name}'))
  from generate_series(1, ${count}) n;
select pg_sleep(${HOLD_SECONDS});`
  const session = runPsql('the connections ended', open, database).catch(() => undefined)
  return async () => {
    await endSessions(name)
    await session
    await runPsql('the database of the drill stays', drop, 'postgres')
  }
}
