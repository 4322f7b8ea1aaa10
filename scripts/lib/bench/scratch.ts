import { BANK_ACCOUNT_ID, CURRENCY } from '../../../services/api/src/ledger/bank.ts'
import { withCheckDigits } from '../../../services/api/src/ledger/account-number.ts'
import { inPostgresPod, runPsql } from '../database.ts'
import { cleaningUp } from '../on-exit.ts'
import { kubectlBank, must } from '../shell.ts'

const TEMPLATE = 'bench_template'
const MAINTENANCE = 'postgres'

const BANK_ACCOUNT = `insert into accounts (id, number, name, currency, allows_overdraft)
  values ('${BANK_ACCOUNT_ID}', '${withCheckDigits('00000001')}', 'DwayBank', '${CURRENCY}', true);\n`

/** Databases beside the bank's on its own server, with its tables and rules and nothing booked. */
export interface Scratch {
  /** Makes a database of that name, in place of one that is there. */
  create(name: string): Promise<void>
}

/** Runs `work` with scratch databases, and drops those of these names afterwards in any case. */
export function withScratch<T>(names: readonly string[], work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const dropped = (name: string) => `drop database if exists ${name} with (force);\n`
  const ask = (script: string) => runPsql('a scratch database was not made or dropped', script, MAINTENANCE)
  return cleaningUp(
    async () => {
      await ask(`${dropped(TEMPLATE)}create database ${TEMPLATE} owner dwaybank_owner;\n`)
      const copy = `pg_dump --schema-only dwaybank | psql --no-psqlrc --quiet --output=/dev/null --set=ON_ERROR_STOP=1 ${TEMPLATE}`
      await must(
        "the bank's schema was not copied",
        kubectlBank([...inPostgresPod, 'bash', '-o', 'pipefail', '-c', copy]),
      )
      await runPsql("the bank's own account was not made", BANK_ACCOUNT, TEMPLATE)
      return work({
        create: async (name) => {
          await ask(`${dropped(name)}create database ${name} owner dwaybank_owner template ${TEMPLATE};\n`)
        },
      })
    },
    async () => {
      await ask([...names, TEMPLATE].map(dropped).join(''))
    },
  )
}
