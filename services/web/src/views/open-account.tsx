import { useNavigate } from '@tanstack/react-router'
import { openAccount } from '../api/bank.ts'
import { currentlySpoken, useMessages } from '../language.ts'
import { announce } from '../parts/announcer.tsx'
import { ButtonLink } from '../parts/button.tsx'
import { TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { forgetBalances } from '../queries.ts'
import { textOf, useForm } from '../use-form.ts'

/** Opens one more account for the customer and shows it. */
export function OpenAccount() {
  const messages = useMessages()
  const { openAccount: words, fields } = messages
  const navigate = useNavigate()
  const form = useForm<'name'>({
    fieldOf: { invalid_request: 'name' },
    check: (data) => (textOf(data, 'name') ? {} : { name: currentlySpoken().messages.wrong.accountName }),
    async send(data) {
      const { id, name } = await openAccount({ name: textOf(data, 'name') })
      await forgetBalances()
      announce(words.done(name))
      await navigate({ to: '/accounts/$accountId', params: { accountId: id }, replace: true })
    },
  })

  return (
    <>
      <PageHead title={words.heading} />
      <Form form={form} submit={words.submit} beside={<ButtonLink to="/">{messages.cancel}</ButtonLink>}>
        <TextField
          label={fields.accountName}
          name="name"
          maxLength={60}
          required
          autoComplete="off"
          hint={fields.accountNameHint}
          problem={form.problems.name}
        />
      </Form>
    </>
  )
}
