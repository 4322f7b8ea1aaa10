import { STATUS, type ProblemCode } from '../errors.ts'

/** The media type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** A field that breaks a rule; its value is never repeated. */
export interface FieldError {
  in: string
  field: string
  rule: string
}

/** What is particular to one occurrence of a problem. */
export interface Occurrence {
  code: ProblemCode
  /** A sentence for people. */
  detail: string
  retryAfter?: number | undefined
  errors?: readonly FieldError[] | undefined
}

export type ProblemDocument = ReturnType<typeof problemDocument>

/** The stable address of what a code means. */
export const problemUri = (code: ProblemCode) => `/api/problems/${code.replaceAll('_', '-')}`

/** A code in words; the same for every occurrence. */
export const problemTitle = (code: ProblemCode) => {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The problem document of RFC 9457 for one occurrence, in answer to the request with this id. */
export function problemDocument({ code, detail, retryAfter, errors }: Occurrence, requestId: string) {
  return {
    type: problemUri(code),
    title: problemTitle(code),
    status: STATUS[code],
    detail,
    code,
    requestId,
    ...(errors && errors.length > 0 && { errors }),
    ...(retryAfter !== undefined && { retryAfter }),
    // Deprecated: pages that were loaded before problem documents read this.
    error: { code, message: detail },
  }
}
