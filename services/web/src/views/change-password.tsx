import { useState } from 'react'
import { changePassword } from '../api/bank.ts'
import { newPasswordProblem, PASSWORD_LENGTH } from '../credentials.ts'
import { currentlySpoken, useMessages } from '../language.ts'
import { Notice } from '../parts/feedback.tsx'
import { TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { queryClient, withoutReads } from '../session.ts'
import { type Problems, secretOf, useForm } from '../use-form.ts'

type Field = 'currentPassword' | 'newPassword'

/** Changes the password, which ends all other sessions. */
export function ChangePassword() {
  const messages = useMessages()
  const { security: words, fields } = messages
  const [isChanged, setChanged] = useState(false)
  const form = useForm<Field>({
    fieldOf: { wrong_password: 'currentPassword' },
    check(data) {
      setChanged(false)
      return check(data)
    },
    async send(data, sent) {
      const [currentPassword, newPassword] = [
        secretOf(data, 'currentPassword'),
        secretOf(data, 'newPassword'),
      ]
      await withoutReads(async () => {
        await changePassword({ currentPassword, newPassword })
        await queryClient.invalidateQueries()
      })
      sent.reset()
      setChanged(true)
    },
  })

  return (
    <>
      {isChanged && <Notice>{words.passwordChanged}</Notice>}
      <Form form={form} submit={words.passwordSubmit}>
        <TextField
          label={fields.currentPassword}
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          required
          problem={form.problems.currentPassword}
        />
        <TextField
          label={fields.newPassword}
          name="newPassword"
          type="password"
          autoComplete="new-password"
          required
          hint={messages.register.passwordHint(PASSWORD_LENGTH.least)}
          problem={form.problems.newPassword}
        />
      </Form>
    </>
  )
}

function check(data: FormData): Problems<Field> {
  const { wrong } = currentlySpoken().messages
  const [current, wanted] = [secretOf(data, 'currentPassword'), secretOf(data, 'newPassword')]
  const newPassword = newPasswordProblem(wanted) ?? (wanted === current ? wrong.passwordSame : undefined)
  return {
    ...(!current && { currentPassword: wrong.currentPassword }),
    ...(newPassword && { newPassword }),
  }
}
