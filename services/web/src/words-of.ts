import { ApiError } from './api/client.ts'
import type { Messages } from './messages/en.ts'

/** What to tell the customer about an error. */
export function wordsOf(error: unknown, messages: Messages): string {
  if (!(error instanceof ApiError)) return messages.brokenPage
  const known: Partial<Record<string, string>> = messages.refusals
  return known[error.code] ?? messages.refused(error.code)
}
