import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../scripts/lib/errors.ts'
import { newCustomer, type Account, type Visitor } from './visitor.ts'

const PAUSE_MS = 150

/** What somebody met who was logged in all the time. */
export interface Paid {
  visitor: Visitor
  /** The session that was opened before, and the one that is sent at the end. */
  sessions: [string | undefined, string | undefined]
  transfers: number
  looks: number
  failures: string[]
  /** What was in both accounts before and after. */
  totals: [number, number]
  /** What arrived. */
  arrived: number
}

const totalOf = (accounts: readonly Account[]) => accounts.reduce((sum, { balance }) => sum + balance, 0)

/** Has a logged-in customer look at accounts and move a cent, over and over, while the work goes on. */
export async function whilePaying(work: () => Promise<void>): Promise<Paid> {
  const { visitor, account } = await newCustomer()
  const savings = await visitor.openAccount('Savings')
  const body = {
    fromAccountId: account.id,
    toAccountNumber: savings.number,
    amount: 1,
    reference: 'Rotation',
  }
  const [session, before] = [visitor.session, totalOf(await visitor.accounts())]
  const result = { transfers: 0, looks: 0, failures: [] as string[] }
  let going = true
  const repeat = async (wanted: number, count: 'transfers' | 'looks', ask: () => Promise<number>) => {
    while (going) {
      const status = await ask().catch((error: unknown) => messageOf(error))
      if (status === wanted) result[count] += 1
      else result.failures.push(`${new Date().toISOString()} ${count} ${status}`)
      await sleep(PAUSE_MS)
    }
  }
  const all = Promise.all([
    repeat(201, 'transfers', async () => (await visitor.transfer(body)).status),
    repeat(200, 'looks', async () => (await visitor.ask('/accounts')).status),
  ])
  try {
    await work()
  } finally {
    going = false
    await all
  }
  const accounts = await visitor.accounts()
  return {
    ...result,
    visitor,
    sessions: [session, visitor.session],
    totals: [before, totalOf(accounts)],
    arrived: accounts.find(({ id }) => id === savings.id)?.balance ?? 0,
  }
}
