import { setTimeout as sleep } from 'node:timers/promises'
import { newCustomer } from '../support/visitor.ts'

const PAUSE_MS = 100

/**
 * Does something while a customer uses the bank.
 * @returns every answer that the customer got but should not have
 */
export async function whatCustomersNotice(work: () => Promise<unknown>): Promise<string[]> {
  const { visitor, account } = await newCustomer()
  const paths = ['/me', '/accounts', `/accounts/${account.id}/entries`]
  const noticed: string[] = []
  let asked = 0
  let working = true
  const use = async () => {
    for (let turn = 0; working; turn += 1) {
      const path = paths[turn % paths.length] ?? ''
      const answer = await visitor.ask(path).catch((error: unknown) => ({ status: String(error) }))
      if (answer.status !== 200) noticed.push(`${path}: ${answer.status}`)
      asked += 1
      await sleep(PAUSE_MS)
    }
  }
  const using = use()
  try {
    await work()
  } finally {
    working = false
    await using
  }
  if (asked === 0) noticed.push('nobody asked')
  return noticed
}
