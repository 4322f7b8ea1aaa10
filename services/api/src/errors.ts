/** Every refusal the API knows, with the HTTP status that goes with it. */
export const REFUSALS = {
  invalid_request: 400,
  unauthenticated: 401,
  wrong_credentials: 401,
  origin_not_allowed: 403,
  not_allowed: 403,
  not_found: 404,
  unknown_transfer: 404,
  email_taken: 409,
  idempotency_key_in_progress: 409,
  account_number_invalid: 422,
  unknown_account: 422,
  same_account: 422,
  currency_mismatch: 422,
  insufficient_funds: 422,
  balance_limit: 422,
  already_reversed: 422,
  not_reversible: 422,
  own_transfer: 422,
  account_limit: 422,
  statement_too_long: 422,
  idempotency_key_reused: 422,
  wrong_password: 422,
  too_many_attempts: 429,
} as const

export type RefusalCode = keyof typeof REFUSALS

/** What a request can meet before any route decides about it, or because something of ours failed. */
export const FAILURES = {
  method_not_allowed: 405,
  request_timeout: 408,
  too_large: 413,
  address_too_long: 414,
  unsupported_media_type: 415,
  too_many_requests: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
} as const

export type ProblemCode = RefusalCode | keyof typeof FAILURES

/** The HTTP status that goes with a code, always the same. */
export const STATUS: Record<ProblemCode, number> = { ...REFUSALS, ...FAILURES }

export interface RefusalOptions extends ErrorOptions {
  /** When it is worth asking again. */
  retryAfterSeconds?: number
}

/** A request that was understood and is refused; code and message are meant for the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly retryAfterSeconds: number | undefined

  constructor(code: RefusalCode, message: string, options?: RefusalOptions) {
    super(message, options)
    this.code = code
    this.retryAfterSeconds = options?.retryAfterSeconds
  }
}

/** What the API waited for in vain, and what the log says then. */
const IN_VAIN = {
  postgres: 'postgres is not available',
  redis: 'redis is not available',
  account: 'an account was busy for too long',
  audit: 'the ledger is being checked already',
} as const

/** A server that the API needs didn't answer, or what it needs was busy; the request may be tried again later. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly dependency: keyof typeof IN_VAIN

  constructor(dependency: keyof typeof IN_VAIN, options?: ErrorOptions) {
    super(IN_VAIN[dependency], options)
    this.dependency = dependency
  }
}
