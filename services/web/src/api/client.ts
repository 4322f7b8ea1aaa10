const TIMEOUT_MS = 15_000

interface ApiErrorOptions extends ErrorOptions {
  retryAfter?: number | undefined
}

/** A request that did not succeed. Its code stands for the sentence that the customer is shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** The HTTP status, or 0 when there was no answer. */
  readonly status: number
  readonly code: string
  /** When it is worth asking again, in milliseconds of the clock; undefined where the bank doesn't say. */
  readonly retryAt: number | undefined

  constructor(status: number, code: string, message: string, options: ApiErrorOptions = {}) {
    super(message, options)
    this.status = status
    this.code = code
    this.retryAt = options.retryAfter === undefined ? undefined : Date.now() + options.retryAfter * 1000
  }

  /** True when the bank may have done what was asked although it did not say so. */
  get outcomeUnknown(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'idempotency_key_in_progress'
  }
}

/** Whether this is a request of which the bank may have done what was asked. */
export const isOutcomeUnknown = (error: unknown): boolean => error instanceof ApiError && error.outcomeUnknown

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
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
  return (await requestOnce<T>(path, options)).body
}

/**
 * As `request`, and says whether the answer is one that the bank gave before under the same idempotency key.
 *
 * @throws {ApiError} as `request`
 */
export async function requestOnce<T>(
  path: string,
  options: ApiRequest = {},
): Promise<{ body: T; isReplayed: boolean }> {
  const response = await send(path, options)
  const isReplayed = response.headers.has('idempotent-replayed')
  if (response.status === 204) return { body: undefined as T, isReplayed }
  const answer = await readJson(response)
  if (!response.ok) throw refusal(response, answer)
  if (answer === undefined) throw new ApiError(0, 'unreadable', 'the answer cannot be read')
  return { body: answer as T, isReplayed }
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
    throw new ApiError(0, 'unreachable', 'there was no answer', { cause })
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

function refusal({ status, headers }: Response, answer: unknown): ApiError {
  const { code, detail } = readProblem(answer)
  const wait = headers.get('retry-after')
  const options = { retryAfter: wait !== null && /^\d+$/.test(wait) ? Number(wait) : undefined }
  if (code && detail && status < 500) return new ApiError(status, code, detail, options)
  if (status === 429) return new ApiError(status, 'too_many_requests', 'too many requests', options)
  if (status >= 500) return new ApiError(status, 'unavailable', `HTTP ${status}`, options)
  return new ApiError(status, code ?? `HTTP ${status}`, `HTTP ${status}`, options)
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
