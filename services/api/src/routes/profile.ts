import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import { hashPassword } from '../sessions/password.ts'
import { confirmPassword } from './confirm-password.ts'
import { CustomerBody, Email, Line, NewPassword, Password } from './schemas.ts'
import { inSession, requireSession, startSession, unauthenticated } from './session.ts'
import { sourceOf } from './source.ts'
import type { Api, Services } from './types.ts'

const PasswordChange = Type.Object(
  { currentPassword: Password, newPassword: NewPassword },
  { title: 'PasswordChange', additionalProperties: false },
)

const ProfileChange = Type.Object(
  {
    name: Type.Optional(Line(100)),
    email: Type.Optional(Email),
    currentPassword: Type.Optional(Password),
  },
  { title: 'ProfileChange', additionalProperties: false },
)

/** Changes what a customer logs in with and is called. */
export function profileRoutes(api: Api, services: Services): void {
  const { sessions, security } = services
  const preHandler = requireSession(services)

  api.patch(
    '/api/me',
    {
      schema: {
        operationId: 'changeProfile',
        summary: 'Changes the name or the e-mail address; the latter needs the current password',
        tags: ['customers'],
        body: ProfileChange,
        response: { 200: CustomerBody },
        refusals: ['email_taken', 'wrong_password', 'too_many_attempts'],
      },
      preHandler,
    },
    async (request, reply) => {
      const { customerId } = request
      const { name, email, currentPassword } = request.body
      if (name === undefined && email === undefined) {
        throw new Refusal('invalid_request', 'body must have a name or an email')
      }
      if (email !== undefined) {
        if (currentPassword === undefined) {
          throw new Refusal('invalid_request', 'body currentPassword is needed to change the e-mail address')
        }
        await confirmPassword(services, request, reply, currentPassword)
      }
      const customer = await security.changeProfile({ customerId, name, email, source: sourceOf(request) })
      if (!customer) throw unauthenticated(request, reply)
      return { customer: inSession(customer, request.session) }
    },
  )

  api.post(
    '/api/password',
    {
      schema: {
        operationId: 'changePassword',
        summary: 'Changes the password, ends all other sessions and gives this one a new id',
        tags: ['customers'],
        body: PasswordChange,
        response: { 204: Type.Null() },
        refusals: ['wrong_password', 'too_many_attempts'],
      },
      preHandler,
    },
    async (request, reply) => {
      const { currentPassword, newPassword } = request.body
      const { customer, passwordHash } = await confirmPassword(services, request, reply, currentPassword)
      const change = {
        customerId: customer.id,
        from: passwordHash,
        to: await hashPassword(newPassword),
        source: sourceOf(request),
      }
      await startSession(services, request, reply, customer, (id) =>
        security.changePassword(change, () => sessions.closeAll(customer.id, id)),
      )
      return reply.code(204).send(null)
    },
  )
}
