import { type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react'
import { ApiError } from './api/client.ts'
import { currentlySpoken } from './language.ts'
import { endIfExpired } from './session.ts'
import { wordsOf } from './words-of.ts'

/** What is wrong, by the field it concerns. */
export type Problems<F extends string> = Partial<Record<F, string>>

interface Submission<F extends string> {
  /** The field that an error code of the API concerns. */
  fieldOf: Partial<Record<string, F>>
  check(data: FormData): Problems<F>
  send(data: FormData, form: HTMLFormElement): Promise<void>
}

interface Form<F extends string> {
  ref: RefObject<HTMLFormElement | null>
  busy: boolean
  problems: Problems<F>
  /** Why the last try failed, where that concerns no field. */
  failure: unknown
  onSubmit(event: SyntheticEvent<HTMLFormElement>): void
  onInput(event: SyntheticEvent<HTMLFormElement>): void
}

/** Checks and sends a form, one request at a time, and moves the focus to the first field that needs mending. */
export function useForm<F extends string>({ fieldOf, check, send }: Submission<F>): Form<F> {
  const ref = useRef<HTMLFormElement>(null)
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const [problems, setProblems] = useState<Problems<F>>({})
  const [failure, setFailure] = useState<unknown>()
  const [refusals, setRefusals] = useState(0)

  useEffect(() => {
    if (refusals > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])

  function refuse(found: Problems<F>) {
    setProblems(found)
    setRefusals((last) => last + 1)
  }

  function fail(error: unknown) {
    const field = error instanceof ApiError ? fieldOf[error.code] : undefined
    if (field === undefined) setFailure(error)
    else refuse({ [field]: wordsOf(error, currentlySpoken().messages) } as Problems<F>)
  }

  async function submit(form: HTMLFormElement) {
    if (sending.current) return
    const data = new FormData(form)
    const found = check(data)
    setFailure(undefined)
    if (Object.keys(found).length > 0) {
      refuse(found)
      return
    }
    setProblems({})
    sending.current = true
    setBusy(true)
    try {
      await send(data, form)
    } catch (error) {
      if (!endIfExpired(error)) fail(error)
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  return {
    ref,
    busy,
    problems,
    failure,
    onSubmit(event) {
      event.preventDefault()
      void submit(event.currentTarget)
    },
    onInput(event) {
      const { name } = event.target as HTMLInputElement
      setProblems(({ [name as F]: _mended, ...rest }) => rest as Problems<F>)
      setFailure(undefined)
    },
  }
}

/** The text of a field, without space around it. */
export function textOf(data: FormData, name: string): string {
  return secretOf(data, name).trim()
}

/** The text of a field as it was typed: space around a password belongs to it. */
export function secretOf(data: FormData, name: string): string {
  const value = data.get(name)
  return typeof value === 'string' ? value : ''
}
