import type { ComponentProps } from 'react'
import { useMessages } from '../language.ts'
import { TextField } from './field.tsx'

type PersonFieldProps = Pick<ComponentProps<typeof TextField>, 'defaultValue' | 'problem'>

/** What somebody is called. */
export function NameField(props: PersonFieldProps) {
  const { fields } = useMessages()
  return <TextField label={fields.name} name="name" autoComplete="name" maxLength={100} required {...props} />
}

/** Where somebody can be written to, by which they log in. */
export function EmailField(props: PersonFieldProps) {
  const { fields } = useMessages()
  return (
    <TextField label={fields.email} name="email" type="email" autoComplete="username" required {...props} />
  )
}
