import type { ProblemCode } from '../errors.ts'

/** What each problem means, and what to do about it. */
export const EXPLANATIONS: Record<ProblemCode, { meaning: string; remedy: string }> = {
  invalid_request: {
    meaning: 'The request cannot be read, or breaks the rules that the API document states for it.',
    remedy: 'Correct the fields named in "errors". The same request will be refused again.',
  },
  unauthenticated: {
    meaning: 'The request came without a session, or with one that has ended.',
    remedy: 'Log in, and send the request again with the new session cookie.',
  },
  wrong_credentials: {
    meaning: 'There is no customer with this e-mail address and password.',
    remedy: 'Check both. The bank does not say which of them is wrong.',
  },
  origin_not_allowed: {
    meaning: 'A browser sent this request for a page that is not one of the bank.',
    remedy: 'Use the pages of the bank. Programs that are no browser send no Origin and no Sec-Fetch-Site.',
  },
  not_allowed: {
    meaning: 'The customer who is logged in may not do this.',
    remedy: 'Ask an operator of the bank.',
  },
  not_found: {
    meaning: 'There is nothing at this address, or nothing that belongs to the customer who asks.',
    remedy: 'Check the address and the ids in it.',
  },
  method_not_allowed: {
    meaning: 'The address exists, but does not take this method.',
    remedy: 'Use one of the methods in the header Allow.',
  },
  request_timeout: {
    meaning: 'The request did not arrive whole in time. Nothing was done.',
    remedy: 'Send it again.',
  },
  unknown_transfer: {
    meaning: 'There is no such transfer, or the customer has no part in it.',
    remedy: 'Check the id.',
  },
  email_taken: {
    meaning: 'There is a customer with this e-mail address already.',
    remedy: 'Log in instead, or register with another address.',
  },
  idempotency_key_in_progress: {
    meaning: 'A request with this Idempotency-Key is still under way: its outcome is not known yet.',
    remedy: 'Repeat the same request with the same key a little later.',
  },
  too_large: {
    meaning: 'The body is larger than any request of this API needs.',
    remedy: 'Send at most 16 kB.',
  },
  address_too_long: {
    meaning: 'The address with its query is longer than any request of this API needs.',
    remedy: 'Send at most 2048 characters, and ids as the API gave them.',
  },
  unsupported_media_type: {
    meaning: 'The body is not declared as JSON.',
    remedy: 'Send JSON with "Content-Type: application/json".',
  },
  account_number_invalid: {
    meaning: 'The check digits do not fit the rest of the account number: it was mistyped.',
    remedy: 'Compare the number with its source.',
  },
  unknown_account: {
    meaning: 'The account to pay from is not one of the customer, or the account to be paid does not exist.',
    remedy: 'Check both accounts.',
  },
  same_account: {
    meaning: 'The account to pay from and the account to be paid are one and the same.',
    remedy: 'Choose another account.',
  },
  currency_mismatch: {
    meaning: 'The two accounts are kept in different currencies.',
    remedy: 'Choose accounts of one currency.',
  },
  insufficient_funds: {
    meaning: 'The balance does not cover the amount, and the account may not be overdrawn.',
    remedy: 'Send less, or wait for money to arrive. A new attempt needs a new Idempotency-Key.',
  },
  balance_limit: {
    meaning: 'One of the balances would be larger than the bank can keep.',
    remedy: 'Send less. A new attempt needs a new Idempotency-Key.',
  },
  already_reversed: {
    meaning: 'The transfer has been reversed before, and that happens once.',
    remedy: 'Look at the transfer: it names its reversal.',
  },
  not_reversible: {
    meaning: 'The transfer is a reversal itself.',
    remedy: 'Make a new transfer instead.',
  },
  own_transfer: {
    meaning: 'The operator who asks paid this transfer or was paid by it.',
    remedy: 'Ask another operator.',
  },
  account_limit: {
    meaning: 'The customer has as many accounts as one customer may have.',
    remedy: 'Use one of the accounts that are there.',
  },
  statement_too_long: {
    meaning: 'The period holds more entries than a page for printing may have.',
    remedy: 'Choose a shorter period, or the statement as CSV.',
  },
  idempotency_key_reused: {
    meaning: 'The Idempotency-Key came before, with another request.',
    remedy: 'Use a new key for each new request, and the same key only to repeat the same request.',
  },
  wrong_password: {
    meaning: 'The current password, which this change needs, is wrong.',
    remedy: 'Send the current password again. After some failures there is a wait.',
  },
  too_many_attempts: {
    meaning: 'Too many passwords were wrong, for this account or from this address.',
    remedy:
      'Wait as many seconds as "retryAfter" and the header Retry-After say; the right password waits too.',
  },
  too_many_requests: {
    meaning: 'More requests came from this address than one person makes.',
    remedy: 'Wait as many seconds as "retryAfter" and the header Retry-After say.',
  },
  headers_too_large: {
    meaning: 'The headers of the request are larger than any request of this API needs.',
    remedy: 'Send fewer or shorter headers; delete cookies that are not of the bank.',
  },
  internal: {
    meaning: 'Something failed on the side of the bank. It is in the log under the request id.',
    remedy: 'Try again with the same Idempotency-Key. If it stays, tell the bank the request id.',
  },
  unavailable: {
    meaning: 'A part of the bank does not answer at the moment. What was asked for may have been done.',
    remedy: 'Try again with the same Idempotency-Key after as many seconds as "retryAfter" says.',
  },
}
