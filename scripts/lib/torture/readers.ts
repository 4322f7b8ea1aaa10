import { setTimeout as sleep } from 'node:timers/promises'
import { runPsql } from '../database.ts'
import type { Customer } from './customer.ts'
import type { History } from './history.ts'
import type { TestAccount } from './transfers.ts'
import { CLOSED, OPEN, OWN } from './world.ts'

const sum = (accounts: readonly { balance: number }[]) =>
  accounts.reduce((total, { balance }) => total + balance, 0)

/** Asks again and again until told to stop; a reader that gets no answer waits and asks again. */
async function again(stopped: () => boolean, pauseMs: number, read: () => Promise<void>): Promise<void> {
  while (!stopped()) {
    await read().catch(() => sleep(500))
    await sleep(pauseMs)
  }
}

/** Reads the accounts of a customer who only moves money among them: one answer is one moment. */
async function readAccounts(history: History, customer: Customer, expected: number): Promise<void> {
  const answer = await customer.ask('/accounts')
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  const total = sum((JSON.parse(answer.text) as { accounts: { balance: number }[] }).accounts)
  const wrong =
    total === expected ? {} : { wrong: `${customer.email}'s accounts have ${total}, not ${expected}` }
  history.add({ op: 'read', reader: 'accounts', ...wrong })
}

/** Reads the newest entries of an account: each balance must be what the one before and the amount make. */
async function readEntries(history: History, account: TestAccount): Promise<void> {
  const answer = await account.customer.ask(`/accounts/${account.id}/entries?limit=50`)
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  const { entries } = JSON.parse(answer.text) as { entries: { amount: number; balance: number }[] }
  const broken = entries.find(({ balance, amount }, index) => {
    const before = entries[index + 1]
    return before !== undefined && before.balance + amount !== balance
  })
  const wrong = broken
    ? {
        wrong: `account ${account.number}: a balance of ${broken.balance} doesn't follow by ${broken.amount}`,
      }
    : {}
  history.add({ op: 'read', reader: 'entries', ...wrong })
}

/** Reads all balances of the test in one statement. */
async function readTotal(history: History, ids: string, expected: number): Promise<void> {
  const total = Number(
    await runPsql('no total', `select sum(balance) from accounts where id = any('{${ids}}');\n`),
  )
  const wrong = total === expected ? {} : { wrong: `all accounts together have ${total}, not ${expected}` }
  history.add({ op: 'read', reader: 'total', ...wrong })
}

/** Starts the readers; they read until `stopped` says so. */
export function startReaders(
  history: History,
  accounts: readonly TestAccount[],
  stopped: () => boolean,
): Promise<unknown> {
  const closed = Array.from({ length: CLOSED }, (_, index) => {
    const own = accounts.slice(OPEN + index * OWN, OPEN + (index + 1) * OWN)
    const [first] = own
    if (!first) throw new RangeError('a customer without accounts')
    const expected = sum(own)
    return again(stopped, 150, () => readAccounts(history, first.customer, expected))
  })
  let turn = 0
  const page = again(stopped, 200, () => {
    const account = accounts[turn++ % accounts.length]
    return account ? readEntries(history, account) : Promise.resolve()
  })
  const ids = accounts.map(({ id }) => id).join()
  const total = again(stopped, 3000, () => readTotal(history, ids, sum(accounts)))
  return Promise.all([...closed, page, total])
}
