import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import type { Credentials } from '../security/customer-changes.ts'
import type { EventKind } from '../security/events.ts'
import { verifyPassword } from '../sessions/password.ts'
import type { Account } from '../sessions/throttle.ts'
import { unauthenticated } from './session.ts'
import { sourceOf } from './source.ts'
import type { Services } from './types.ts'

type Needed = Pick<Services, 'throttle' | 'security'>

/**
 * Tries a password, unless its account or address has to wait: what an attempt costs and what is kept of it
 * doesn't depend on whether there is such a customer.
 * @param failure what a wrong password is recorded as
 * @returns whether it is right
 * @throws {Refusal} too_many_attempts.
 */
export async function tryPassword(
  { throttle, security }: Needed,
  request: FastifyRequest,
  tried: { account: Account; password: string; credentials: Credentials | undefined; failure: EventKind },
): Promise<boolean> {
  const { account, password, credentials, failure } = tried
  const source = sourceOf(request)
  const attempt = { account, address: source.address }
  await throttle.look(attempt)
  const right = await verifyPassword(password, credentials?.passwordHash)
  const waiting = await throttle.settle(attempt, right)
  if (right) return true
  const customerId = credentials?.customer.id
  await security.record(
    { customerId, kind: failure, source },
    ...waiting.map((detail) => ({ customerId, kind: 'throttled' as const, detail, source })),
  )
  return false
}

/**
 * Makes sure that whoever asks in a session knows its customer's password.
 * @throws {Refusal} wrong_password, too_many_attempts; unauthenticated when the customer is gone.
 */
export async function confirmPassword(
  services: Needed,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
): Promise<Credentials> {
  const { customerId } = request
  const credentials = await services.security.findCredentials(customerId)
  if (!credentials) throw unauthenticated(request, reply)
  const tried = { account: { customerId }, password, credentials, failure: 'password_refused' as const }
  if (await tryPassword(services, request, tried)) return credentials
  throw new Refusal('wrong_password', 'The current password is wrong')
}
