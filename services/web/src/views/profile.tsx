import { changeProfile } from '../api/bank.ts'
import { emailProblem } from '../credentials.ts'
import { currentlySpoken, useMessages } from '../language.ts'
import { useState } from 'react'
import { Notice } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { EmailField, NameField } from '../parts/person-fields.tsx'
import { beginSession, useCustomer } from '../session.ts'
import { type Problems, secretOf, textOf, useForm } from '../use-form.ts'
import styles from './words.module.css'

type Field = 'name' | 'email' | 'currentPassword'

/** What the customer is called, and where they can be written to. */
export function Profile() {
  const { profile: words, fields } = useMessages()
  const customer = useCustomer()
  const [isSaved, setSaved] = useState(false)
  const changesOf = (data: FormData) => {
    const [name, email] = [textOf(data, 'name'), textOf(data, 'email')]
    return { ...(name !== customer.name && { name }), ...(email !== customer.email && { email }) }
  }

  const form = useForm<Field>({
    fieldOf: { email_taken: 'email', wrong_password: 'currentPassword' },
    check(data) {
      setSaved(false)
      const changes = changesOf(data)
      const isUnchanged = Object.keys(changes).length === 0
      return isUnchanged ? { name: currentlySpoken().messages.wrong.nothingChanged } : check(data, changes)
    },
    async send(data, sent) {
      const changes = changesOf(data)
      const currentPassword = secretOf(data, 'currentPassword')
      beginSession(await changeProfile({ ...changes, ...(changes.email && { currentPassword }) }))
      const password = sent.elements.namedItem('currentPassword')
      if (password instanceof HTMLInputElement) password.value = ''
      setSaved(true)
    },
  })
  const { problems } = form

  return (
    <div className={styles['words']}>
      <PageHead title={words.heading} />
      {isSaved && <Notice>{words.saved}</Notice>}
      <Form form={form} submit={words.submit}>
        <NameField defaultValue={customer.name} problem={problems.name} />
        <EmailField defaultValue={customer.email} problem={problems.email} />
        <TextField
          label={fields.currentPassword}
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          hint={words.passwordHint}
          problem={problems.currentPassword}
        />
      </Form>
    </div>
  )
}

function check(data: FormData, changes: { name?: string; email?: string }): Problems<Field> {
  const { wrong } = currentlySpoken().messages
  const email = changes.email === undefined ? undefined : emailProblem(changes.email)
  const needsPassword = changes.email !== undefined && !secretOf(data, 'currentPassword')
  return {
    ...(changes.name === '' && { name: wrong.name }),
    ...(email && { email }),
    ...(needsPassword && { currentPassword: wrong.currentPassword }),
  }
}
