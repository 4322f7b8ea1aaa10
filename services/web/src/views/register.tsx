import { register } from '../api/bank.ts'
import { Link, navigate } from '../navigation.tsx'
import { Alert, Submit } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Heading } from '../parts/heading.tsx'
import { useSession } from '../session.tsx'
import { type Problems, secretOf, textOf, useForm } from '../use-form.ts'
import { Welcome } from './welcome.tsx'

type Field = 'name' | 'email' | 'password'

const PASSWORD_LENGTH = { least: 12, most: 128 }
const EMAIL = /^[!-?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}$/

/** Makes somebody a customer. */
export function Register() {
  const session = useSession()
  const form = useForm<Field>({
    fieldOf: { email_taken: 'email' },
    check,
    async send(data) {
      const customer = await register({
        name: textOf(data, 'name'),
        email: textOf(data, 'email'),
        password: secretOf(data, 'password'),
      })
      navigate({ view: 'accounts' }, { replace: true })
      session.begin(customer)
    },
  })
  const { problems } = form

  return (
    <Welcome>
      <Heading title="Create your account">Create your account</Heading>
      <form ref={form.ref} onSubmit={form.onSubmit} onInput={form.onInput} noValidate>
        <TextField
          label="Name"
          name="name"
          autoComplete="name"
          maxLength={100}
          required
          problem={problems.name}
        />
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          problem={problems.email}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          required
          hint={`At least ${PASSWORD_LENGTH.least} characters. A few words are easiest to remember.`}
          problem={problems.password}
        />
        {problems.form && <Alert>{problems.form}</Alert>}
        <Submit busy={form.busy}>Create account</Submit>
      </form>
      <p className="aside">
        Already a customer? <Link to={{ view: 'log-in' }}>Log in</Link>
      </p>
    </Welcome>
  )
}

function check(data: FormData): Problems<Field> {
  const email = textOf(data, 'email')
  const { length } = secretOf(data, 'password')
  const { least, most } = PASSWORD_LENGTH
  return {
    ...(!textOf(data, 'name') && { name: 'Enter your name.' }),
    ...(!EMAIL.test(email) && { email: 'Enter your e-mail address, for example ada@example.org.' }),
    ...(length < least && { password: `Use at least ${least} characters.` }),
    ...(length > most && { password: `Use at most ${most} characters.` }),
  }
}
