import { Link } from '@tanstack/react-router'
import { register } from '../api/bank.ts'
import { emailProblem, newPasswordProblem, PASSWORD_LENGTH } from '../credentials.ts'
import { currentlySpoken, useMessages } from '../language.ts'
import { TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Heading } from '../parts/heading.tsx'
import { EmailField, NameField } from '../parts/person-fields.tsx'
import { beginSession } from '../session.ts'
import { type Problems, secretOf, textOf, useForm } from '../use-form.ts'
import { Welcome } from './welcome.tsx'

type Field = 'name' | 'email' | 'password'

/** Makes somebody a customer. */
export function Register() {
  const messages = useMessages()
  const { fields } = messages
  const form = useForm<Field>({
    fieldOf: { email_taken: 'email' },
    check,
    async send(data) {
      const [name, email] = [textOf(data, 'name'), textOf(data, 'email')]
      beginSession(await register({ name, email, password: secretOf(data, 'password') }))
    },
  })
  const { problems } = form

  return (
    <Welcome>
      <Heading title={messages.register.heading}>{messages.register.heading}</Heading>
      <Form form={form} submit={messages.register.submit}>
        <NameField problem={problems.name} />
        <EmailField problem={problems.email} />
        <TextField
          label={fields.password}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint={messages.register.passwordHint(PASSWORD_LENGTH.least)}
          problem={problems.password}
        />
      </Form>
      <p>
        {messages.register.already} <Link to="/login">{messages.logIn.submit}</Link>
      </p>
    </Welcome>
  )
}

function check(data: FormData): Problems<Field> {
  const email = emailProblem(textOf(data, 'email'))
  const password = newPasswordProblem(secretOf(data, 'password'))
  return {
    ...(!textOf(data, 'name') && { name: currentlySpoken().messages.wrong.name }),
    ...(email && { email }),
    ...(password && { password }),
  }
}
