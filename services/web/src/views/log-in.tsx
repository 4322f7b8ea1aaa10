import { logIn } from '../api/bank.ts'
import { Link } from '../navigation.tsx'
import { Alert, Submit } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Heading } from '../parts/heading.tsx'
import { useSession } from '../session.tsx'
import { type Problems, secretOf, textOf, useForm } from '../use-form.ts'
import { Welcome } from './welcome.tsx'

type Field = 'email' | 'password'

/** Logs a customer in, and leaves the address as it is: it may be the one they came for. */
export function LogIn({ notice }: { notice: string | null }) {
  const session = useSession()
  const form = useForm<Field>({
    fieldOf: {},
    check,
    async send(data) {
      session.begin(await logIn({ email: textOf(data, 'email'), password: secretOf(data, 'password') }))
    },
  })
  const { problems } = form

  return (
    <Welcome>
      <Heading title="Log in">Log in</Heading>
      {notice && (
        <p className="notice" role="status">
          {notice}
        </p>
      )}
      <form ref={form.ref} onSubmit={form.onSubmit} onInput={form.onInput} noValidate>
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
          autoComplete="current-password"
          required
          problem={problems.password}
        />
        {problems.form && <Alert>{problems.form}</Alert>}
        <Submit busy={form.busy}>Log in</Submit>
      </form>
      <p className="aside">
        New here? <Link to={{ view: 'register' }}>Open an account with us</Link>
      </p>
    </Welcome>
  )
}

function check(data: FormData): Problems<Field> {
  return {
    ...(!textOf(data, 'email') && { email: 'Enter your e-mail address.' }),
    ...(!secretOf(data, 'password') && { password: 'Enter your password.' }),
  }
}
