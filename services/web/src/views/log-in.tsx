import { Link } from '@tanstack/react-router'
import { logIn } from '../api/bank.ts'
import { currentlySpoken, useMessages } from '../language.ts'
import { Notice } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Heading } from '../parts/heading.tsx'
import { EmailField } from '../parts/person-fields.tsx'
import { beginSession, type Session } from '../session.ts'
import { type Problems, secretOf, textOf, useForm } from '../use-form.ts'
import { Welcome } from './welcome.tsx'

type Field = 'email' | 'password'

/** Logs a customer in, and leaves the address as it is: it may be the one they came for. */
export function LogIn({ notice }: { notice: Session['notice'] }) {
  const messages = useMessages()
  const { fields } = messages
  const form = useForm<Field>({
    fieldOf: {},
    check,
    async send(data) {
      beginSession(await logIn({ email: textOf(data, 'email'), password: secretOf(data, 'password') }))
    },
  })

  return (
    <Welcome>
      <Heading title={messages.logIn.heading}>{messages.logIn.heading}</Heading>
      {notice && <Notice>{messages.session[notice]}</Notice>}
      <Form form={form} submit={messages.logIn.submit}>
        <EmailField problem={form.problems.email} />
        <TextField
          label={fields.password}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          problem={form.problems.password}
        />
      </Form>
      <p>
        {messages.logIn.newHere} <Link to="/register">{messages.logIn.register}</Link>
      </p>
    </Welcome>
  )
}

function check(data: FormData): Problems<Field> {
  const { wrong } = currentlySpoken().messages
  return {
    ...(!textOf(data, 'email') && { email: wrong.email }),
    ...(!secretOf(data, 'password') && { password: wrong.password }),
  }
}
