import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { Refusal } from '../errors.ts'
import type { Customer } from '../ledger/customers.ts'
import { hashPassword } from '../sessions/password.ts'
import { tryPassword } from './confirm-password.ts'
import { CustomerBody, Email, Line, NewPassword, Password } from './schemas.ts'
import { endSession, inSession, requireSession, startSession, unauthenticated } from './session.ts'
import { sourceOf } from './source.ts'
import type { Api, Services } from './types.ts'

const Registration = Type.Object(
  { email: Email, password: NewPassword, name: Line(100) },
  { title: 'Registration', additionalProperties: false },
)

const Login = Type.Object(
  { email: Email, password: Password },
  { title: 'Login', additionalProperties: false },
)

/** Registers, logs in and out, and says who is logged in. */
export function customerRoutes(api: Api, services: Services): void {
  const { ledger, sessions, security, metrics } = services

  api.post(
    '/api/register',
    {
      schema: {
        operationId: 'register',
        summary: 'Become a customer, with a first account',
        tags: ['customers'],
        body: Registration,
        response: { 201: CustomerBody },
        refusals: ['email_taken'],
      },
    },
    async (request, reply) => {
      const { email, password, name } = request.body
      // Asked first: a customer without a way to log in would find the e-mail address taken.
      await sessions.ping()
      const passwordHash = await hashPassword(password)
      const customer = await ledger.register({ email, name, passwordHash, source: sourceOf(request) })
      await startSession(services, request, reply, customer)
      return reply.code(201).send({ customer })
    },
  )

  api.post(
    '/api/login',
    {
      schema: {
        operationId: 'logIn',
        summary: 'Open a session, which comes as a cookie',
        tags: ['sessions'],
        body: Login,
        response: { 200: CustomerBody },
        refusals: ['wrong_credentials', 'too_many_attempts'],
      },
    },
    async (request, reply) => {
      try {
        const customer = await logIn(services, request, reply, request.body)
        metrics.countLogin('accepted')
        return { customer }
      } catch (error) {
        if (error instanceof Refusal) {
          metrics.countLogin(error.code === 'too_many_attempts' ? 'throttled' : 'refused')
        }
        throw error
      }
    },
  )

  api.post(
    '/api/logout',
    {
      schema: {
        operationId: 'logOut',
        summary: 'End the session',
        tags: ['sessions'],
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const ended = await endSession(services, request, reply)
      if (ended) {
        const { customerId } = ended
        await security.record({ customerId, kind: 'logout', source: sourceOf(request) })
      }
      return reply.code(204).send(null)
    },
  )

  api.get(
    '/api/me',
    {
      schema: {
        operationId: 'readCustomer',
        summary: 'Say who is logged in',
        tags: ['customers'],
        response: { 200: CustomerBody },
      },
      preHandler: requireSession(services),
    },
    async (request, reply) => {
      const customer = await ledger.findCustomer(request.customerId)
      if (!customer) throw unauthenticated(request, reply)
      return { customer: inSession(customer, request.session) }
    },
  )
}

/**
 * Opens a session for who knows the password.
 * @throws {Refusal} wrong_credentials, too_many_attempts.
 */
async function logIn(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { email, password }: Static<typeof Login>,
): Promise<Customer> {
  const login = await services.ledger.findLogin(email)
  const right = await tryPassword(services, request, {
    ...{ account: { email }, password, credentials: login },
    failure: 'login_failed',
  })
  if (!login || !right) throw wrongCredentials()
  const { customer, passwordHash } = login
  const source = sourceOf(request)
  await startSession(services, request, reply, customer, async () => {
    const recorded = await services.security.recordLogin({ customerId: customer.id, passwordHash, source })
    // The password was changed since it was verified.
    if (!recorded) throw wrongCredentials()
  })
  return customer
}

const wrongCredentials = () => new Refusal('wrong_credentials', 'E-mail address or password is wrong')
