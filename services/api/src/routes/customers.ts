import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import { hashPassword, verifyPassword } from '../sessions/password.ts'
import { CustomerBody, Email, Line } from './schemas.ts'
import { endSession, requireSession, startSession, unauthenticated } from './session.ts'
import type { Api, Services } from './types.ts'

const Registration = Type.Object(
  { email: Email, password: Type.String({ minLength: 12, maxLength: 128 }), name: Line(100) },
  { title: 'Registration', additionalProperties: false },
)

const Login = Type.Object(
  { email: Email, password: Type.String({ minLength: 1, maxLength: 128 }) },
  { title: 'Login', additionalProperties: false },
)

/** Registers, logs in and out, and says who is logged in. */
export function customerRoutes(api: Api, services: Services): void {
  const { ledger, sessions } = services

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
      const customer = await ledger.register({ email, name, passwordHash: await hashPassword(password) })
      await startSession(services, request, reply, customer.id)
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
        refusals: ['wrong_credentials'],
      },
    },
    async (request, reply) => {
      const login = await ledger.findLogin(request.body.email)
      const right = await verifyPassword(request.body.password, login?.passwordHash)
      if (!login || !right) throw new Refusal('wrong_credentials', 'E-mail address or password is wrong')
      await startSession(services, request, reply, login.customer.id)
      return { customer: login.customer }
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
      await endSession(services, request, reply)
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
      return { customer }
    },
  )
}
