import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import type { Customer } from '../ledger/customers.ts'
import { SESSION_COOKIE, sessionCookieOptions } from '../sessions/cookie.ts'
import { rememberFor } from '../security/said-lately.ts'
import type { Session } from '../sessions/store.ts'
import { mayRefuse } from './refusing-hooks.ts'
import { sourceOf } from './source.ts'
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
      request.session = session
    },
  )
}

/** Who goes on trying is one event in that time, for each pod. */
const REFUSALS_KEPT_EVERY_MS = 600_000

/**
 * Makes a hook that lets only an operator of the bank pass.
 * The hook throws `Refusal` unauthenticated without a live session, not_allowed for anybody else, and for an
 * operator who became one after logging in: that is kept first.
 */
export function requireOperator({
  sessions,
  ledger,
  security,
}: Pick<Services, 'sessions' | 'ledger' | 'security'>) {
  const refusedLately = rememberFor(REFUSALS_KEPT_EVERY_MS)
  const findSession = requireSession({ sessions })
  return mayRefuse(
    ['unauthenticated', 'not_allowed'],
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      await findSession(request, reply)
      // Asked each time: a role that is taken away ends at once, in open sessions too.
      const customer = await ledger.findCustomer(request.customerId)
      if (!customer || inSession(customer, request.session).role !== 'operator') {
        const { method, routeOptions, customerId } = request
        const detail = `${method} ${routeOptions.url ?? ''}`.slice(0, 100)
        if (customer)
          await refusedLately.once([customerId, detail], () =>
            security.record({ customerId, kind: 'operator_refused', detail, source: sourceOf(request) }),
          )
        throw new Refusal('not_allowed', 'Only an operator of the bank may do this')
      }
    },
  )
}

/** A customer with the role that this session gives: a new one takes effect with the id of the next login. */
export function inSession(customer: Customer, session: Pick<Session, 'role'> | undefined): Customer {
  return session?.role === customer.role ? customer : { ...customer, role: 'customer' }
}

/** The refusal of a request without a live session; a cookie that was sent is taken back. */
export function unauthenticated(request: FastifyRequest, reply: FastifyReply): Refusal {
  if (request.cookies[SESSION_COOKIE] !== undefined) dropCookie(reply)
  return new Refusal('unauthenticated', 'Log in first')
}

/**
 * Opens a session under a new id and ends the one the request came with, so that no id outlives a login.
 * @param confirm what has to succeed before the session is given to anybody; it gets the new id
 */
export async function startSession(
  { sessions, config }: Pick<Services, 'sessions' | 'config'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { id: customerId, role }: Pick<Customer, 'id' | 'role'>,
  confirm: (id: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const { device, address } = sourceOf(request)
  const id = await sessions.open({ customerId, role, device, address })
  try {
    await confirm(id)
  } catch (error) {
    // What went wrong first is what counts: a session that nobody was given ends by itself.
    await sessions.close(id).catch((err: unknown) => request.log.warn({ err }, 'a session was not ended'))
    throw error
  }
  void reply.setCookie(SESSION_COOKIE, id, sessionCookieOptions(config.session.absoluteSeconds))
  const before = request.cookies[SESSION_COOKIE]
  if (before !== undefined) await sessions.close(before)
}

/** Ends the session the request came with, if any, and returns what it was. */
export async function endSession(
  { sessions }: Pick<Services, 'sessions'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session | undefined> {
  const id = request.cookies[SESSION_COOKIE]
  const ended = id === undefined ? undefined : await sessions.close(id)
  dropCookie(reply)
  return ended
}

/** Takes the session cookie back. */
export function dropCookie(reply: FastifyReply): void {
  void reply.setCookie(SESSION_COOKIE, '', sessionCookieOptions(0))
}
