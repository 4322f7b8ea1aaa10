import { type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react'
import { ApiError } from './api/client.ts'
import { messageOf, useExpiry } from './session.tsx'

/** What is wrong, by the field it concerns; `form` is for what concerns no field. */
export type Problems<F extends string> = Partial<Record<F | 'form', string>>

interface Submission<F extends string> {
  /** The field that an error code of the API concerns. */
  fieldOf: Record<string, F>
  check(data: FormData): Problems<F>
  send(data: FormData): Promise<void>
  /** Words for a failed request, where the API's own do not say enough. */
  explain?(error: ApiError): string | undefined
}

interface Form<F extends string> {
  ref: RefObject<HTMLFormElement | null>
  busy: boolean
  problems: Problems<F>
  onSubmit(event: SyntheticEvent<HTMLFormElement>): void
  onInput(event: SyntheticEvent<HTMLFormElement>): void
}

/** Checks and sends a form, one request at a time, and moves the focus to the first field that needs mending. */
export function useForm<F extends string>({ fieldOf, check, send, explain }: Submission<F>): Form<F> {
  const ref = useRef<HTMLFormElement>(null)
  const sending = useRef(false)
  const [busy, setBusy] = useState(false)
  const [problems, setProblems] = useState<Problems<F>>({})
  const expired = useExpiry()
  const [refusals, setRefusals] = useState(0)

  useEffect(() => {
    if (refusals > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])

  function refuse(found: Problems<F>) {
    setProblems(found)
    setRefusals((last) => last + 1)
  }

  async function submit(data: FormData) {
    if (sending.current) return
    const found = check(data)
    if (Object.keys(found).length > 0) {
      refuse(found)
      return
    }
    setProblems({})
    sending.current = true
    setBusy(true)
    try {
      await send(data)
    } catch (error) {
      if (!expired(error)) refuse(problemsOf(error))
    } finally {
      sending.current = false
      setBusy(false)
    }
  }

  function problemsOf(error: unknown): Problems<F> {
    const field = (error instanceof ApiError && fieldOf[error.code]) || 'form'
    const explained = error instanceof ApiError ? explain?.(error) : undefined
    return { [field]: explained ?? messageOf(error) } as Problems<F>
  }

  return {
    ref,
    busy,
    problems,
    onSubmit(event) {
      event.preventDefault()
      void submit(new FormData(event.currentTarget))
    },
    onInput(event) {
      const { name } = event.target as HTMLInputElement
      setProblems(({ [name as F]: _mended, form: _form, ...rest }) => rest as Problems<F>)
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
