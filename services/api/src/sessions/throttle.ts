import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { Refusal } from '../errors.ts'
import { normalizeEmail } from '../ledger/customers.ts'
import { networkOf } from '../security/address.ts'
import { answered } from './redis.ts'

/**
 * Whose password is tried: that of whoever logs in with an e-mail address, whether there is such a customer or not, or
 * that of a customer who is logged in. They are counted apart, or strangers could hold up who is logged in.
 */
export type Account = { email: string } | { customerId: string }

/** A password that is tried, and from where. */
export interface Attempt {
  account: Account
  address: string
}

export type Subject = 'account' | 'address'

export interface Throttle {
  /**
   * Looks whether a password may be tried now.
   * @throws {Refusal} too_many_attempts, with the wait.
   */
  look(attempt: Attempt): Promise<void>
  /**
   * Tells whether the password was right; a wrong one is counted, a right one clears the account's count.
   * @returns which of account and address have to wait from now on
   * @throws {Refusal} too_many_attempts, for a right password too, if others failed in the meantime.
   */
  settle(attempt: Attempt, right: boolean): Promise<Subject[]>
}

export interface ThrottleLimits {
  /** With this many failures the first wait begins. */
  failuresPerAccount: number
  failuresPerAddress: number
  /** Failures are forgotten this long after the first. */
  windowSeconds: number
  /** The first wait; each further failure doubles it. */
  firstWaitSeconds: number
  longestWaitSeconds: number
}

/**
 * Replies with how long a subject still has to wait, and with the waits that begin now, in milliseconds. It runs
 * as one: whatever guesses run at once, no more are told than come one after the other.
 */
const SCRIPT = `
local what, window, first, longest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or 0) - now)
end
if wait > 0 or what == 'look' then return {wait} end
if what == 'right' then
  redis.call('DEL', KEYS[1])
  return {0}
end
local reply = {0}
for index, key in ipairs(KEYS) do
  local failures = redis.call('HINCRBY', key, 'failures', 1)
  redis.call('PEXPIRE', key, window, 'NX')
  local beyond = failures - tonumber(ARGV[4 + index])
  local begins = beyond < 0 and 0 or math.min(longest, first * 2 ^ math.min(beyond, 30))
  if begins > 0 then
    redis.call('HSET', key, 'until', string.format('%.0f', now + begins))
    redis.call('PEXPIRE', key, begins, 'GT')
  end
  table.insert(reply, begins)
end
return reply
`

/** Counts failures in Redis. Every method throws `Unavailable` when Redis doesn't answer. */
export function redisThrottle(redis: Redis, limits: ThrottleLimits): Throttle {
  const ask = async (attempt: Attempt, what: 'look' | 'right' | 'wrong'): Promise<number[]> => {
    const keys = [keyOf(attempt.account), addressKey(attempt.address)]
    const times = [limits.windowSeconds, limits.firstWaitSeconds, limits.longestWaitSeconds]
    const reply = await answered(
      redis.eval(
        SCRIPT,
        keys.length,
        ...keys,
        what,
        ...times.map((seconds) => seconds * 1000),
        limits.failuresPerAccount,
        limits.failuresPerAddress,
      ),
    )
    const [wait = 0, ...begins] = (reply as unknown[]).map(Number)
    if (wait > 0) throw tooManyAttempts(wait)
    return begins
  }
  return {
    look: async (attempt) => {
      await ask(attempt, 'look')
    },
    settle: async (attempt, right) => {
      const [account = 0, address = 0] = await ask(attempt, right ? 'right' : 'wrong')
      return [...(account > 0 ? ['account' as const] : []), ...(address > 0 ? ['address' as const] : [])]
    },
  }
}

/** The refusal of an attempt that comes too early. */
export function tooManyAttempts(waitMilliseconds: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMilliseconds / 1000)
  const message = `Too many failed attempts. Wait ${inWords(retryAfterSeconds)}, then try again`
  return new Refusal('too_many_attempts', message, { retryAfterSeconds })
}

/** A time in words, never shorter than it is. */
function inWords(seconds: number): string {
  const count = (number: number, unit: string) => `${number} ${unit}${number === 1 ? '' : 's'}`
  return seconds <= 90 ? count(seconds, 'second') : count(Math.ceil(seconds / 60), 'minute')
}

function keyOf(account: Account): string {
  return 'email' in account ? accountKey(account.email) : confirmationKey(account.customerId)
}

/** The Redis key of the count of an account's logins; whoever reads it learns no e-mail address. */
export function accountKey(email: string): string {
  return `login-failures:account:${createHash('sha256').update(normalizeEmail(email)).digest('hex')}`
}

/** The Redis key of the count of a customer's wrong passwords in open sessions. */
export function confirmationKey(customerId: string): string {
  return `confirmation-failures:customer:${customerId}`
}

/** The Redis key of an address's count. */
export function addressKey(address: string): string {
  return `login-failures:address:${networkOf(address)}`
}
