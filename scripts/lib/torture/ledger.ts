import { runPsql } from '../database.ts'
import { audit } from '../ledger/check.ts'

/** What the ledger's own check complains about. */
export async function ledgerProblems(): Promise<string[]> {
  const { checks } = await audit((script) => runPsql('the books cannot be read', script))
  return checks
    .filter(({ verdict }) => verdict !== 'passed')
    .map(({ name, evidence }) => `${name}: ${evidence}`)
}
