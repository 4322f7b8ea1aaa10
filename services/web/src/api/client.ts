const TIMEOUT_MS = 15_000

/** A request that did not succeed, with a sentence that can be shown to the customer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** The HTTP status, or 0 when there was no answer. */
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.code = code
  }

  /** True when the bank may have done what was asked although it did not say so. */
  get outcomeUnknown(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'idempotency_key_in_progress'
  }

  /** True when the books refused it, for good: whatever else stood in the way says nothing of an earlier try. */
  get decided(): boolean {
    return this.status === 422
  }
}

export interface ApiRequest {
  method?: 'GET' | 'POST'
  body?: object
  headers?: Record<string, string>
  signal?: AbortSignal
}

/**
 * Asks the API and returns the JSON of its answer (undefined for 204).
 *
 * @throws {ApiError} when there is no answer, an unreadable one, or one with an error
 */
export async function request<T>(path: string, options: ApiRequest = {}): Promise<T> {
  const response = await send(path, options)
  if (response.status === 204) return undefined as T
  const answer = await readJson(response)
  if (!response.ok) throw refusal(response.status, answer)
  if (answer === undefined)
    throw new ApiError(0, 'unreadable', 'The bank gave an answer that cannot be read.')
  return answer as T
}

async function send(path: string, { method = 'GET', body, headers, signal }: ApiRequest): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  try {
    return await fetch(`/api${path}`, {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    const message = 'The bank cannot be reached. Check your connection, then try again.'
    throw new ApiError(0, 'unreachable', message, { cause })
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    // An answer of the proxy is a page, not JSON: its status says all there is to know.
    return undefined
  }
}

function refusal(status: number, answer: unknown): ApiError {
  const { code, detail } = readProblem(answer)
  if (code && detail && status < 500) return new ApiError(status, code, sentence(detail))
  if (status === 429) {
    const message = 'Too many tries in a short time. Wait a minute, then try again.'
    return new ApiError(status, 'too_many_requests', message)
  }
  if (status >= 500) {
    return new ApiError(status, 'unavailable', 'The bank cannot do this at the moment. Try again shortly.')
  }
  return new ApiError(status, 'refused', `The bank refused this request (HTTP ${status}).`)
}

/** What a problem document says, as far as this is one. */
function readProblem(answer: unknown): { code?: string; detail?: string } {
  if (typeof answer !== 'object' || answer === null) return {}
  // The api of the release before, which may still answer while this page is new.
  if ('error' in answer && !('code' in answer)) {
    const { code, message } = answer.error as { code?: string; message?: string }
    return { ...(code && { code }), ...(message && { detail: message }) }
  }
  return {
    ...('code' in answer && typeof answer.code === 'string' && { code: answer.code }),
    ...('detail' in answer && typeof answer.detail === 'string' && { detail: answer.detail }),
  }
}

/** Makes a message of the API a sentence: a capital first, a full stop last. */
function sentence(message: string): string {
  const text = message.trim()
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')
}
