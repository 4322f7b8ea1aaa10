import { createRef, type SyntheticEvent } from 'react'
import { ApiError } from '../../src/api/client.ts'
import { useMessages } from '../../src/language.ts'
import { ButtonLink } from '../../src/parts/button.tsx'
import { SelectField, TextField } from '../../src/parts/field.tsx'
import { Form } from '../../src/parts/form.tsx'
import { EmailField, NameField } from '../../src/parts/person-fields.tsx'
import { Preferences } from '../../src/parts/preferences.tsx'

export function Fields() {
  const { fields, wrong } = useMessages()
  const number = '12 3456 7891'
  return (
    <>
      <TextField label={fields.reference} name="empty" />
      <TextField label={fields.toNumber} name="hint" defaultValue={number} hint={fields.toNumberHint} />
      <TextField label={fields.toNumber} name="wrong" defaultValue="12" problem={wrong.numberDigits} />
      <TextField label={fields.password} name="off" defaultValue={number} disabled />
      <SelectField label={fields.fromAccount} name="choice" hint={fields.referenceHint}>
        <option>{number}</option>
      </SelectField>
      <SelectField label={fields.fromAccount} name="wrong-choice" problem={wrong.sameAccount}>
        <option>{number}</option>
      </SelectField>
    </>
  )
}

const form = {
  ref: createRef<HTMLFormElement>(),
  busy: false,
  failure: undefined,
  onSubmit: (event: SyntheticEvent<HTMLFormElement>) => event.preventDefault(),
  onInput: () => undefined,
}

export function Forms() {
  const { cancel, fields, transfer } = useMessages()
  const failure = new ApiError(409, 'insufficient_funds', 'refused')
  return [form, { ...form, busy: true }, { ...form, failure }].map((state, at) => (
    <Form
      key={at}
      form={state}
      submit={transfer.next}
      beside={<ButtonLink to="/transfer">{cancel}</ButtonLink>}
    >
      <TextField label={fields.amount} name="amount" defaultValue="12.50" />
    </Form>
  ))
}

export function PersonFields() {
  const { wrong } = useMessages()
  return (
    <>
      <NameField defaultValue="Ada Lovelace" />
      <EmailField defaultValue="ada@example.org" />
      <NameField problem={wrong.name} />
      <EmailField problem={wrong.email} />
    </>
  )
}

export function Preference() {
  return <Preferences />
}
