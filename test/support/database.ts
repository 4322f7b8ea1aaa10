import { kubectlBank } from '../../scripts/lib/shell.ts'

export interface Result {
  /** The rows, one a line, columns separated by a bar. */
  rows: string[]
  /** The SQLSTATE of the error, if there was one. */
  refused: string | undefined
}

/**
 * Runs SQL in the bank's database in one transaction, with the rights of a role.
 * @param role dwaybank is the superuser; the api is dwaybank_api
 */
export async function sql(role: 'dwaybank' | 'dwaybank_api', statements: string): Promise<Result> {
  const script = `set session authorization ${role};\n${statements}`
  const psql = ['psql', '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--dbname', 'dwaybank']
  const options = [
    '--single-transaction',
    '--set',
    'ON_ERROR_STOP=1',
    '--set',
    'VERBOSITY=sqlstate',
    '--file',
    '-',
  ]
  const output = await kubectlBank(
    ['exec', '--stdin', 'postgres-0', '--', ...psql, ...options],
    script,
  ).nothrow()
  const refused = /ERROR:\s+([0-9A-Z]{5})/.exec(output.stderr)?.[1]
  if (output.exitCode !== 0 && refused === undefined) throw new Error(`psql failed: ${output.stderr}`)
  return { rows: output.stdout.split('\n').filter((line) => line !== ''), refused }
}
