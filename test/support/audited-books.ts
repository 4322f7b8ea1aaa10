import pg from 'pg'
import type { Audit, RunSql } from '../../scripts/lib/ledger/check.ts'
import type { Connection } from './scratch-postgres.ts'

/** Runs scripts of SQL one after the other on connections of their own, and returns the first column, a row a line. */
export function sqlOver(connection: Connection): RunSql {
  return async (script) => {
    const client = new pg.Client(connection)
    await client.connect()
    try {
      const answers = (await client.query({ text: script, rowMode: 'array' })) as unknown
      const results = (Array.isArray(answers) ? answers : [answers]) as { rows: unknown[][] }[]
      return results.flatMap(({ rows }) => rows.map(([value]) => String(value))).join('\n')
    } finally {
      await client.end()
    }
  }
}

/** What the audit says of a database in one line each: the checks that failed, and the damaged entries. */
export function summaryOf({ checks, damaged }: Audit): { failed: string[]; damaged: string[] } {
  return {
    failed: checks.filter(({ verdict }) => verdict !== 'passed').map(({ name }) => name),
    damaged: damaged.map(({ account, sequence }) => `${account} ${String(sequence)}`),
  }
}

