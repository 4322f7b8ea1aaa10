import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Customer, type Account } from '../customer.ts'
import { runPsql } from '../database.ts'
import { messageOf, UserError } from '../errors.ts'
import { findFrontDoor } from '../front-door.ts'
import { HttpsClient } from '../https-client.ts'
import { audit } from '../ledger/check.ts'
import type { Check } from '../report.ts'
import { readDigest } from '../seed/state.ts'
import { note, step } from '../steps.ts'
import { judgeBalance, judgeDigest, judgeSession, judgeTransfer, type DrillTransfer } from './drill-checks.ts'
import { backUp } from './jobs.ts'
import { moment } from './print.ts'
import { backUpAnew, restoreLive } from './restore-live.ts'
import { removeFolders } from './swap.ts'

/** What a drill came to. */
export interface DrillResult {
  at: Date
  backup: string
  checks: Check[]
  /** From the moment back to the last transaction that is there, in seconds. */
  rpoSeconds: number | undefined
  /** From the loss until the bank served again, in seconds. */
  rtoSeconds: number
}

/** Nothing is ever sent there. */
const EMAIL_DOMAIN = 'drill.invalid'
/** Nothing happens that close to the moment, so that it is exact though it is told to the second. */
const MARGIN_MS = 1200
/** How long the bank may serve on without its tables, and how long it may take until it serves again. */
const FALL_MS = 15_000
const RETURN_MS = 180_000
/** For what still fails because it was connected to the server of before. */
const SETTLE_MS = 10_000

/** The customer of a drill, with the accounts between which money moves. */
interface Cast {
  customer: Customer
  payer: Account
  payee: Account
}

async function makeCast(door: HttpsClient): Promise<Cast> {
  const customer = new Customer(door, `drill.${randomBytes(6).toString('hex')}@${EMAIL_DOMAIN}`)
  await customer.register('Restore Drill')
  const [payer] = await customer.accounts()
  await customer.openAccount('Savings')
  const payee = (await customer.accounts()).find(({ id }) => id !== payer?.id)
  if (payer === undefined || payee === undefined) throw new UserError('a new customer has no two accounts')
  return { customer, payer, payee }
}

async function pay(cast: Cast, when: string, amount: number, kept: boolean): Promise<DrillTransfer> {
  const id = await cast.customer.transfer(cast.payer, cast.payee, amount, when)
  return { when, id, amount, kept }
}

/** The second that the database's own clock is in. */
async function databaseTime(): Promise<Date> {
  const seconds = await runPsql(
    'the clock of PostgreSQL cannot be read',
    'select floor(extract(epoch from clock_timestamp()));\n',
  )
  return new Date(Number(seconds) * 1000)
}

/** A moment at which nothing happens, and the digests right before and after it. */
async function quietMoment(): Promise<{ at: Date; before: string; after: string }> {
  const before = await readDigest()
  await sleep(MARGIN_MS)
  const at = await databaseTime()
  await sleep(MARGIN_MS)
  return { at, before, after: await readDigest() }
}

/** What the api answers to the customer; 0 if nothing came. */
async function statusOf({ customer }: Cast, path: string): Promise<number> {
  const answer = await customer.ask(path, { timeoutMs: 5000 }).catch(() => undefined)
  return answer?.status ?? 0
}

/** Asks as the customer until the answer is a wanted one, or time is up. */
async function askUntil(
  cast: Cast,
  path: string,
  wanted: (status: number) => boolean,
  withinMs: number,
): Promise<number> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const status = await statusOf(cast, path)
    if (wanted(status) || performance.now() > deadline) return status
    await sleep(300)
  }
}

/** Waits until the api answers from its tables; without the session it says 401, which is judged later. */
async function untilServed(cast: Cast): Promise<number> {
  const served = (status: number) => status === 200 || status === 401
  const status = await askUntil(cast, '/accounts', served, RETURN_MS)
  if (served(status)) return status
  throw new UserError(
    `the bank does not serve ${RETURN_MS / 1000} s after it was restored, but answers ${status}`,
  )
}

/** Destroys all tables of the bank. */
const destroy = () =>
  runPsql(
    'nothing was destroyed, as the schema could not be dropped',
    "set lock_timeout = '30s';\nbegin;\ndrop schema public cascade;\ncreate schema public;\ncommit;\n",
  )

/** Sees that the bank serves nobody any more. */
async function judgeLoss(cast: Cast): Promise<Check> {
  const status = await askUntil(cast, '/accounts', (found) => found >= 500, FALL_MS)
  return {
    name: 'without its tables the bank serves nobody',
    verdict: status >= 500 ? 'passed' : status === 200 ? 'failed' : 'could not verify',
    evidence: `the api answered ${status}`,
  }
}

/** Whether the bank takes a transfer again. */
async function judgeNewTransfer(cast: Cast): Promise<Check> {
  const name = 'a new transfer is booked'
  const deadline = performance.now() + SETTLE_MS
  for (;;) {
    try {
      const { id } = await pay(cast, 'after the restore', 7, true)
      return { name, verdict: 'passed', evidence: id }
    } catch (error) {
      if (performance.now() > deadline) return { name, verdict: 'failed', evidence: messageOf(error) }
      await sleep(500)
    }
  }
}

async function judgeApi(cast: Cast, transfers: readonly DrillTransfer[], served: number): Promise<Check[]> {
  const seen = await Promise.all(
    transfers.map(async (transfer) =>
      judgeTransfer(
        transfer,
        await askUntil(cast, `/transfers/${transfer.id}`, (status) => status > 0 && status < 500, SETTLE_MS),
      ),
    ),
  )
  await askUntil(cast, '/accounts', (status) => status === 200 || status === 401, SETTLE_MS)
  const accounts = await cast.customer.accounts().catch(() => undefined)
  const balance = accounts?.find(({ id }) => id === cast.payee.id)?.balance
  return [...seen, judgeBalance(transfers, balance), judgeSession(served), await judgeNewTransfer(cast)]
}

/** Restores the tables that were destroyed to the moment, and judges what is there then. */
async function restoreAndJudge(
  cast: Cast,
  transfers: readonly DrillTransfer[],
  { at, before, after }: { at: Date; before: string; after: string },
): Promise<DrillResult> {
  const started = performance.now()
  const lost = await step('see the bank fail', () => judgeLoss(cast))
  // Whoever runs the drill has agreed already.
  const { restoration, kept } = await restoreLive({ at }, { agree: () => Promise.resolve() })
  const { digest, backup, rpoSeconds } = restoration
  const served = await step('wait until the bank serves', () => untilServed(cast))
  const rtoSeconds = (performance.now() - started) / 1000
  const seen = await step('look by the front door', () => judgeApi(cast, transfers, served))
  const books = await step('read the books', () =>
    audit((script) => runPsql('the books cannot be read', script)),
  )
  const checks = [
    lost,
    ...seen,
    judgeDigest(before, after, digest),
    ...books.checks.map((check) => ({ ...check, name: `ledger, ${check.name}` })),
  ]
  const isKept = `the destroyed database is kept as ${kept}: ./dway restore --discard removes it`
  if (checks.every(({ verdict }) => verdict === 'passed'))
    await step('remove the destroyed database', () => removeFolders([kept])).catch((error: unknown) =>
      note(`${messageOf(error)}; ${isKept}`),
    )
  else note(isKept)
  await backUpAnew()
  return { at, backup, checks, rpoSeconds, rtoSeconds }
}

/**
 * Moves money, makes a backup, destroys the bank's tables, restores them, and proves what is there.
 * @param agree is told the moment before anything is destroyed; what it throws keeps it from that
 * @throws UserError if it could not be carried out, with the way back once the tables are destroyed
 */
export async function drillRestore(agree: (at: Date) => Promise<void>): Promise<DrillResult> {
  const door = new HttpsClient(await findFrontDoor(), 4)
  try {
    const cast = await step('register a customer', () => makeCast(door))
    const transfers = [await pay(cast, 'before the backup', 101, true)]
    await step('back up (diff)', (progress) => backUp('diff', progress))
    transfers.push(await pay(cast, 'after the backup', 202, true))
    const quiet = await step('note the moment', quietMoment)
    transfers.push(await pay(cast, 'after the moment', 404, false))
    await agree(quiet.at)
    const wayBack = `./dway restore --at ${moment(quiet.at)}`
    note(`whatever happens from here, ${wayBack} brings the bank back`)
    await step('drop the schema', destroy)
    return await restoreAndJudge(cast, transfers, quiet).catch((error: unknown) => {
      throw new UserError(`the drill did not end: ${messageOf(error)}`, {
        cause: error,
        remedy: `${wayBack} brings the bank back`,
      })
    })
  } finally {
    door.close()
  }
}
