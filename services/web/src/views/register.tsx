import { register } from '../api/bank.ts'
import { Link, navigate } from '../navigation.tsx'
import { Alert, Submit } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Heading } from '../parts/heading.tsx'
import { useSession } from '../session.tsx'
import { type Problems, textOf, useForm } from '../use-form.ts'
import { Welcome } from './welcome.tsx'

type Field = 'name' | 'email' | 'password'

const SHORTEST_PASSWORD = 12

/** Makes somebody a customer. */
export function Register() {
  const session = useSession()
  const form = useForm<Field>({
    fieldOf: {
      email_taken: 'email',
      invalid_email: 'email',
      weak_password: 'password',
      invalid_name: 'name',
    },
    check,
    async send(data) {
      const customer = await register({
        name: textOf(data, 'name'),
        email: textOf(data, 'email'),
        password: passwordOf(data),
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
        <TextField label="Name" name="name" autoComplete="name" required problem={problems.name} />
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
          hint={`At least ${SHORTEST_PASSWORD} characters. A few words are easiest to remember.`}
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
  const length = passwordOf(data).length
  return {
    ...(!textOf(data, 'name') && { name: 'Enter your name.' }),
    ...(!/^\S+@\S+$/.test(email) && { email: 'Enter your e-mail address, for example ada@example.org.' }),
    ...(length < SHORTEST_PASSWORD && { password: `Use at least ${SHORTEST_PASSWORD} characters.` }),
  }
}

function passwordOf(data: FormData): string {
  return String(data.get('password') ?? '')
}
