import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SESSION_COOKIE } from '../../../../services/api/src/sessions/cookie.ts'
import { runPsql } from '../../database.ts'
import { messageOf, UserError } from '../../errors.ts'
import { openedSession } from '../../front-door.ts'
import { codeOf, waitOf, type Answer, type HttpsClient, type Question } from '../../https-client.ts'
import { runRedis } from '../../redis.ts'

/** Nothing is ever sent there. */
const EMAIL_DOMAIN = 'telemetry.invalid'
/** So often somebody waits who asked too often, or while an api that was edited starts again: that is not what is asked. */
const ATTEMPTS = 3
/** The proxy traces one request in ten: that none of so many is, happens three times in a million runs. */
const MOST_REQUESTS = 120
const BATCH = 20
const AT_ONCE = 4
/** For lines and spans of a batch to arrive. */
const ARRIVAL_MS = 5000
const LOOK_MS = 500

interface Account {
  id: string
  number: string
}

async function expectAnswer(
  bank: HttpsClient,
  status: number,
  path: string,
  question: Question = {},
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await bank.ask(path, question)
    if (answer.status === status) return answer
    const goesAgain = answer.status === 429 || (answer.status === 503 && question.method === undefined)
    if (!goesAgain || attempt === ATTEMPTS)
      throw new UserError(`the bank answered ${path} with ${answer.status} ${codeOf(answer)}`)
    await sleep(waitOf(answer))
  }
}

/** The Cookie header for what an answer sets. */
function cookieOf(answer: Answer): Record<string, string> {
  const session = openedSession(answer)
  if (session === undefined) throw new UserError('the bank opened no session')
  return { cookie: `${SESSION_COOKIE}=${session}` }
}

/**
 * Registers somebody new, who logs in, opens an account and pays into it.
 * @returns the headers of their browser
 */
export async function transferAsSomebodyNew(
  bank: HttpsClient,
  mark: string,
): Promise<Record<string, string>> {
  const credentials = { email: `${mark}@${EMAIL_DOMAIN}`, password: randomUUID() }
  const post = (path: string, status: number, body: unknown, headers: Record<string, string> = {}) =>
    expectAnswer(bank, status, path, { method: 'POST', headers, body })
  await post('/api/register', 201, { ...credentials, name: 'Telemetry Check' })
  const headers = cookieOf(await post('/api/login', 200, credentials))

  const opened = await post('/api/accounts', 201, { name: 'Savings' }, headers)
  const { account } = JSON.parse(opened.text) as { account: Account }
  const listed = await expectAnswer(bank, 200, '/api/accounts', { headers })
  const { accounts } = JSON.parse(listed.text) as { accounts: Account[] }
  const payer = accounts.find(({ id }) => id !== account.id)
  if (!payer) throw new UserError('a new customer has no account')
  const transfer = {
    fromAccountId: payer.id,
    toAccountNumber: account.number,
    amount: 1,
    reference: 'telemetry',
  }
  await post('/api/transfers', 201, transfer, { ...headers, 'idempotency-key': randomUUID() })
  return headers
}

/** Opens the bank's page. */
export async function openPage(bank: HttpsClient, mark: string): Promise<void> {
  await expectAnswer(bank, 200, '/', { headers: { 'x-request-id': mark, accept: 'text/html' } })
}

/** Lets a statement fail in PostgreSQL, whose log then quotes the mark. */
export async function failStatement(mark: string): Promise<void> {
  try {
    await runPsql('the statement failed', `select '${mark}'::int;\n`)
  } catch (error) {
    if (messageOf(error).includes(mark)) return
    throw error
  }
  throw new UserError('PostgreSQL took a word for a number')
}

/** Lets Redis log the mark: no command of its own writes anything of who sent it, but a script may. */
export async function logByScript(mark: string): Promise<void> {
  const command = `EVAL "redis.log(redis.LOG_WARNING, ARGV[1])" 0 ${mark}`
  await runRedis('the script did not run', [command])
}

/**
 * Lists somebody's accounts until a request was traced.
 * @param findTrace gives the id of a trace, if there is one yet
 */
export async function askUntilTraced(
  ask: () => Promise<unknown>,
  findTrace: () => Promise<string | undefined>,
): Promise<{ asked: number; traceId: string | undefined }> {
  let asked = 0
  while (asked < MOST_REQUESTS) {
    for (const end = asked + BATCH; asked < end; asked += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, ask))
    for (const end = performance.now() + ARRIVAL_MS; performance.now() < end;) {
      const traceId = await findTrace()
      if (traceId !== undefined) return { asked, traceId }
      await sleep(LOOK_MS)
    }
  }
  return { asked, traceId: undefined }
}

/** Lists the accounts of who is logged in. */
export async function listAccounts(
  bank: HttpsClient,
  headers: Record<string, string>,
  mark: string,
): Promise<void> {
  await expectAnswer(bank, 200, '/api/accounts', { headers: { ...headers, 'x-request-id': mark } })
}
