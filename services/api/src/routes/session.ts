import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import { SESSION_COOKIE, sessionCookieOptions } from '../sessions/cookie.ts'
import { mayRefuse } from './refusing-hooks.ts'
import type { Services } from './types.ts'

/**
 * Makes a hook that finds out who asks.
 * The hook throws `Refusal` unauthenticated without a live session, and then takes the cookie back.
 */
export function requireSession({ sessions }: Pick<Services, 'sessions'>) {
  return mayRefuse(
    ['unauthenticated'],
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const id = request.cookies[SESSION_COOKIE]
      const session = id === undefined ? undefined : await sessions.find(id)
      if (!session) throw unauthenticated(request, reply)
      request.customerId = session.customerId
    },
  )
}

/**
 * Makes a hook that lets only an operator of the bank pass.
 * The hook throws `Refusal` unauthenticated without a live session, not_allowed for anybody else.
 */
export function requireOperator({ sessions, ledger }: Pick<Services, 'sessions' | 'ledger'>) {
  const findSession = requireSession({ sessions })
  return mayRefuse(
    ['unauthenticated', 'not_allowed'],
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      await findSession(request, reply)
      // Asked each time: a role that is taken away ends at once, in open sessions too.
      const customer = await ledger.findCustomer(request.customerId)
      if (customer?.role !== 'operator')
        throw new Refusal('not_allowed', 'Only an operator of the bank may do this')
    },
  )
}

/** The refusal of a request without a live session; a cookie that was sent is taken back. */
export function unauthenticated(request: FastifyRequest, reply: FastifyReply): Refusal {
  if (request.cookies[SESSION_COOKIE] !== undefined) dropCookie(reply)
  return new Refusal('unauthenticated', 'Log in first')
}

/** Opens a session under a new id and ends the one the request came with, so that no id outlives a login. */
export async function startSession(
  { sessions, config }: Pick<Services, 'sessions' | 'config'>,
  request: FastifyRequest,
  reply: FastifyReply,
  customerId: string,
): Promise<void> {
  const before = request.cookies[SESSION_COOKIE]
  if (before !== undefined) await sessions.close(before)
  const id = await sessions.open(customerId)
  void reply.setCookie(SESSION_COOKIE, id, sessionCookieOptions(config.session.absoluteSeconds))
}

/** Ends the session the request came with, if any. */
export async function endSession(
  { sessions }: Pick<Services, 'sessions'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const id = request.cookies[SESSION_COOKIE]
  if (id !== undefined) await sessions.close(id)
  dropCookie(reply)
}

function dropCookie(reply: FastifyReply): void {
  void reply.setCookie(SESSION_COOKIE, '', sessionCookieOptions(0))
}
