import { openAccount } from '../api/bank.ts'
import { Link, navigate } from '../navigation.tsx'
import { announce } from '../parts/announcer.tsx'
import { Alert, Submit } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Heading } from '../parts/heading.tsx'
import { textOf, useForm } from '../use-form.ts'

/** Opens one more account for the customer and shows it. */
export function OpenAccount() {
  const form = useForm<'name'>({
    fieldOf: { invalid_request: 'name' },
    check: (data) => (textOf(data, 'name') ? {} : { name: 'Give the account a name.' }),
    async send(data) {
      const account = await openAccount({ name: textOf(data, 'name') })
      announce(`${account.name} is open.`)
      navigate({ view: 'history', accountId: account.id }, { replace: true })
    },
  })

  return (
    <div className="narrow">
      <Heading title="Open an account">Open an account</Heading>
      <form ref={form.ref} onSubmit={form.onSubmit} onInput={form.onInput} noValidate>
        <TextField
          label="Account name"
          name="name"
          maxLength={60}
          required
          autoComplete="off"
          hint="Only you see it, for example Savings or Rainy days."
          problem={form.problems.name}
        />
        {form.problems.form && <Alert>{form.problems.form}</Alert>}
        <div className="actions">
          <Submit busy={form.busy}>Open account</Submit>
          <Link to={{ view: 'accounts' }} className="button">
            Cancel
          </Link>
        </div>
      </form>
    </div>
  )
}
