// Made by ./dway openapi from services/api/openapi.json; changed there alone.
export interface paths {
  '/api/accounts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** List your accounts */
    get: operations['listAccounts']
    put?: never
    /** Open another account */
    post: operations['openAccount']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/accounts/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** One of your accounts */
    get: operations['getAccount']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/accounts/{id}/entries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * What was booked on an account, newest first
     * @description A search by anything but days answers after about a second: then a page holds fewer entries than asked for, or none, and has a nextCursor nevertheless. searchedTo says how far it came.
     */
    get: operations['listEntries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/accounts/{id}/statement': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A statement of an account, as CSV or as a page to print
     * @description Lists what was booked in a period, oldest first, with the opening and the closing balance. A page to print has at most 5000 entries; CSV has as many as there are. A statement that breaks off is not whole: only the last row states the closing balance.
     */
    get: operations['getStatement']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/login': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Open a session, which comes as a cookie */
    post: operations['logIn']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/logout': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** End the session */
    post: operations['logOut']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/me': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Say who is logged in */
    get: operations['readCustomer']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    /** Changes the name or the e-mail address; the latter needs the current password */
    patch: operations['changeProfile']
    trace?: never
  }
  '/api/openapi.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Read this document */
    get: operations['readApiDocument']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/operator/accounts/{id}/entries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What was booked on a customer's account, newest first; that it was asked is kept */
    get: operations['listEntriesOfAnyAccount']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/operator/customers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Find customers, in the order of their names; what was asked is kept */
    get: operations['searchCustomers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/operator/customers/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** A customer with their accounts; that it was asked is kept */
    get: operations['readAnyCustomer']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/operator/ledger-check': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Check the whole ledger, as far as ten seconds allow
     * @description Reads all books in one snapshot: totals, postings, balances and hash chains. What took too long could not be verified, which is no pass: who runs the bank can check it without a limit. Another check under way is refused as unavailable.
     */
    post: operations['checkLedger']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/operator/transfers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Find transfers by a part of their reference, newest first; what was asked is kept
     * @description Answers after about a second: then a page holds fewer transfers than asked for, or none, and has a nextCursor nevertheless. searchedTo says how far it came.
     */
    get: operations['searchTransfers']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/operator/transfers/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** A transfer by its own id or that of one of its entries, with whose the accounts are; that it was asked is kept */
    get: operations['findAnyTransfer']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/password': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Changes the password, ends all other sessions and gives this one a new id */
    post: operations['changePassword']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/problems/{type}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Explain a type of problem */
    get: operations['readProblemType']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/register': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Become a customer, with a first account */
    post: operations['register']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/security-events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** What happened to the access of the customer who asks, newest first */
    get: operations['listSecurityEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/sessions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** The sessions of the customer who asks, the last used first */
    get: operations['listSessions']
    put?: never
    post?: never
    /** Ends every session of the customer who asks, this one too */
    delete: operations['logOutEverywhere']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/sessions/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /** Ends one of the sessions of the customer who asks */
    delete: operations['revokeSession']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/transfers': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Move money from an own account to any account of the bank */
    post: operations['transferMoney']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/transfers/preview': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Say what a transfer would do and who would be paid, without moving anything */
    post: operations['previewTransfer']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/transfers/{id}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /** Show a transfer to who paid, who was paid, or an operator of the bank */
    get: operations['findTransfer']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/api/transfers/{id}/reversal': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Move the money of a transfer back, as an operator of the bank */
    post: operations['reverseTransfer']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export type webhooks = Record<string, never>
export interface components {
  schemas: {
    FieldError: {
      in: string
      field: string
      rule: string
    }
    Problem: {
      /**
       * Format: uri-reference
       * @description Where the type of problem is explained.
       */
      type: string
      /** @description The type in words. */
      title: string
      status: number
      /** @description A sentence for people. */
      detail: string
      /** @description The type in one word for programs. */
      code: string
      /** @description The id under which the logs know the request. */
      requestId: string
      /** @description Which fields break which rules. */
      errors?: components['schemas']['FieldError'][]
      /** @description Seconds until it is worth asking again. */
      retryAfter?: number
      /**
       * @deprecated
       * @description What code and detail say, for clients from before problem documents.
       */
      error?: {
        code: string
        message: string
      }
    } & {
      [key: string]: unknown
    }
    Account: {
      /** Format: uuid */
      id: string
      /** @example 1234567889 */
      number: string
      name: string
      /** @example EUR */
      currency: string
      /** @description What is on it, in minor units of the currency. */
      balance: number
    }
    NewAccount: {
      name: string
    }
    Entry: {
      id: string
      /** Format: uuid */
      transferId: string
      /** @description What came, or went if negative, in minor units of the currency. */
      amount: number
      /** @description What was on the account afterwards, in minor units of the currency. */
      balance: number
      reference: string
      /** @example 1234567889 */
      counterparty: string
      counterpartyName: string
      /** Format: date-time */
      createdAt: string
    }
    Login: {
      /** @example ada@example.org */
      email: string
      password: string
    }
    Customer: {
      /** Format: uuid */
      id: string
      email: string
      name: string
      /** @enum {unknown} */
      role: 'customer' | 'operator'
    }
    ProfileChange: {
      name?: string
      /** @example ada@example.org */
      email?: string
      currentPassword?: string
    }
    LedgerFinding: {
      /** @description The number of the account */
      account?: string
      /** @description Which entry of the account */
      sequence?: number
      transferId?: string
      currency?: string
    }
    LedgerCheckResult: {
      /** @enum {unknown} */
      name: 'totals' | 'transfers' | 'balances' | 'chain'
      /** @enum {unknown} */
      verdict: 'passed' | 'failed' | 'could_not_verify'
      /** @description How many there are; examples are the first. */
      findings: number
      examples: components['schemas']['LedgerFinding'][]
    }
    LedgerCheck: {
      /** Format: date-time */
      checkedAt: string
      accounts: number
      entries: number
      transfers: number
      checks: components['schemas']['LedgerCheckResult'][]
    }
    BookedSide: {
      /** @example 1234567889 */
      number: string
      /** @description Whose it is; what it is called, for the account of the bank itself. */
      name: string
      /** @description Null for the bank itself. */
      customerId: string | null
    }
    BookedTransfer: {
      /** Format: uuid */
      id: string
      /** @description What was moved, in minor units of the currency. */
      amount: number
      /** @example EUR */
      currency: string
      reference: string
      /** Format: date-time */
      createdAt: string
      from: components['schemas']['BookedSide']
      to: components['schemas']['BookedSide']
      /**
       * Format: uuid
       * @description The transfer that this one undoes.
       */
      reverses?: string
      /**
       * Format: uuid
       * @description The transfer that undid this one.
       */
      reversedBy?: string
    }
    PasswordChange: {
      currentPassword: string
      newPassword: string
    }
    /** @description What a problem means, and what to do about it. */
    ProblemType: {
      type: string
      title: string
      status: number
      code: string
      meaning: string
      remedy: string
    }
    Registration: {
      /** @example ada@example.org */
      email: string
      password: string
      name: string
    }
    SecurityEvent: {
      id: string
      /** @enum {unknown} */
      kind:
        | 'registered'
        | 'login_succeeded'
        | 'login_failed'
        | 'throttled'
        | 'logout'
        | 'logout_everywhere'
        | 'session_revoked'
        | 'password_refused'
        | 'password_changed'
        | 'profile_changed'
      detail: string
      address: string
      device: string
      requestId: string
      createdAt: string
    }
    Session: {
      id: string
      device: string
      address: string
      createdAt: string
      lastUsedAt: string
      current: boolean
    }
    NewTransfer: {
      fromAccountId: string
      /** @example 1234567889 */
      toAccountNumber: string
      /**
       * @description In minor units.
       * @example 1250
       */
      amount: number
      reference: string
    }
    Transfer: {
      /** Format: uuid */
      id: string
      /** @description What was moved, in minor units of the currency. */
      amount: number
      /** @example EUR */
      currency: string
      reference: string
      /** Format: date-time */
      createdAt: string
      from: {
        /** @example 1234567889 */
        number: string
      }
      to: {
        /** @example 1234567889 */
        number: string
      }
      /**
       * Format: uuid
       * @description The transfer that this one undoes.
       */
      reverses?: string
      /**
       * Format: uuid
       * @description The transfer that undid this one.
       */
      reversedBy?: string
    }
    Preview: {
      from: {
        /** @example 1234567889 */
        number: string
        /** @description What would be left, in minor units of the currency. */
        balanceAfter: number
      }
      to: {
        /** @example 1234567889 */
        number: string
        name: string
        own: boolean
      }
      /** @description What would be moved, in minor units of the currency. */
      amount: number
      /** @example EUR */
      currency: string
      reference: string
    }
    NewReversal: {
      reason: string
    }
  }
  responses: {
    /** @description `invalid_request`: The request cannot be read, or breaks the rules that the API document states for it. */
    InvalidRequest: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/invalid-request",
         *       "title": "Invalid request",
         *       "status": 400,
         *       "detail": "The request cannot be read, or breaks the rules that the API document states for it.",
         *       "code": "invalid_request",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 400
          /** @enum {unknown} */
          code?: 'invalid_request'
        }
      }
    }
    /** @description `unauthenticated`: The request came without a session, or with one that has ended. */
    Unauthenticated: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/unauthenticated",
         *       "title": "Unauthenticated",
         *       "status": 401,
         *       "detail": "The request came without a session, or with one that has ended.",
         *       "code": "unauthenticated",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 401
          /** @enum {unknown} */
          code?: 'unauthenticated'
        }
      }
    }
    /** @description `wrong_credentials`: There is no customer with this e-mail address and password. */
    WrongCredentials: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/wrong-credentials",
         *       "title": "Wrong credentials",
         *       "status": 401,
         *       "detail": "There is no customer with this e-mail address and password.",
         *       "code": "wrong_credentials",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 401
          /** @enum {unknown} */
          code?: 'wrong_credentials'
        }
      }
    }
    /** @description `origin_not_allowed`: A browser sent this request for a page that is not one of the bank. */
    OriginNotAllowed: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/origin-not-allowed",
         *       "title": "Origin not allowed",
         *       "status": 403,
         *       "detail": "A browser sent this request for a page that is not one of the bank.",
         *       "code": "origin_not_allowed",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 403
          /** @enum {unknown} */
          code?: 'origin_not_allowed'
        }
      }
    }
    /** @description `not_allowed`: The customer who is logged in may not do this. */
    NotAllowed: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/not-allowed",
         *       "title": "Not allowed",
         *       "status": 403,
         *       "detail": "The customer who is logged in may not do this.",
         *       "code": "not_allowed",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 403
          /** @enum {unknown} */
          code?: 'not_allowed'
        }
      }
    }
    /** @description `not_found`: There is nothing at this address, or nothing that belongs to the customer who asks. */
    NotFound: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/not-found",
         *       "title": "Not found",
         *       "status": 404,
         *       "detail": "There is nothing at this address, or nothing that belongs to the customer who asks.",
         *       "code": "not_found",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 404
          /** @enum {unknown} */
          code?: 'not_found'
        }
      }
    }
    /** @description `unknown_transfer`: There is no such transfer, or the customer has no part in it. */
    UnknownTransfer: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/unknown-transfer",
         *       "title": "Unknown transfer",
         *       "status": 404,
         *       "detail": "There is no such transfer, or the customer has no part in it.",
         *       "code": "unknown_transfer",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 404
          /** @enum {unknown} */
          code?: 'unknown_transfer'
        }
      }
    }
    /** @description `email_taken`: There is a customer with this e-mail address already. */
    EmailTaken: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/email-taken",
         *       "title": "Email taken",
         *       "status": 409,
         *       "detail": "There is a customer with this e-mail address already.",
         *       "code": "email_taken",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 409
          /** @enum {unknown} */
          code?: 'email_taken'
        }
      }
    }
    /** @description `idempotency_key_in_progress`: A request with this Idempotency-Key is still under way: its outcome is not known yet. */
    IdempotencyKeyInProgress: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/idempotency-key-in-progress",
         *       "title": "Idempotency key in progress",
         *       "status": 409,
         *       "detail": "A request with this Idempotency-Key is still under way: its outcome is not known yet.",
         *       "code": "idempotency_key_in_progress",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 409
          /** @enum {unknown} */
          code?: 'idempotency_key_in_progress'
        }
      }
    }
    /** @description `account_number_invalid`: The check digits do not fit the rest of the account number: it was mistyped. */
    AccountNumberInvalid: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/account-number-invalid",
         *       "title": "Account number invalid",
         *       "status": 422,
         *       "detail": "The check digits do not fit the rest of the account number: it was mistyped.",
         *       "code": "account_number_invalid",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'account_number_invalid'
        }
      }
    }
    /** @description `unknown_account`: The account to pay from is not one of the customer, or the account to be paid does not exist. */
    UnknownAccount: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/unknown-account",
         *       "title": "Unknown account",
         *       "status": 422,
         *       "detail": "The account to pay from is not one of the customer, or the account to be paid does not exist.",
         *       "code": "unknown_account",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'unknown_account'
        }
      }
    }
    /** @description `same_account`: The account to pay from and the account to be paid are one and the same. */
    SameAccount: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/same-account",
         *       "title": "Same account",
         *       "status": 422,
         *       "detail": "The account to pay from and the account to be paid are one and the same.",
         *       "code": "same_account",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'same_account'
        }
      }
    }
    /** @description `currency_mismatch`: The two accounts are kept in different currencies. */
    CurrencyMismatch: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/currency-mismatch",
         *       "title": "Currency mismatch",
         *       "status": 422,
         *       "detail": "The two accounts are kept in different currencies.",
         *       "code": "currency_mismatch",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'currency_mismatch'
        }
      }
    }
    /** @description `insufficient_funds`: The balance does not cover the amount, and the account may not be overdrawn. */
    InsufficientFunds: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/insufficient-funds",
         *       "title": "Insufficient funds",
         *       "status": 422,
         *       "detail": "The balance does not cover the amount, and the account may not be overdrawn.",
         *       "code": "insufficient_funds",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'insufficient_funds'
        }
      }
    }
    /** @description `balance_limit`: One of the balances would be larger than the bank can keep. */
    BalanceLimit: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/balance-limit",
         *       "title": "Balance limit",
         *       "status": 422,
         *       "detail": "One of the balances would be larger than the bank can keep.",
         *       "code": "balance_limit",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'balance_limit'
        }
      }
    }
    /** @description `already_reversed`: The transfer has been reversed before, and that happens once. */
    AlreadyReversed: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/already-reversed",
         *       "title": "Already reversed",
         *       "status": 422,
         *       "detail": "The transfer has been reversed before, and that happens once.",
         *       "code": "already_reversed",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'already_reversed'
        }
      }
    }
    /** @description `not_reversible`: The transfer is a reversal itself. */
    NotReversible: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/not-reversible",
         *       "title": "Not reversible",
         *       "status": 422,
         *       "detail": "The transfer is a reversal itself.",
         *       "code": "not_reversible",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'not_reversible'
        }
      }
    }
    /** @description `own_transfer`: The operator who asks paid this transfer or was paid by it. */
    OwnTransfer: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/own-transfer",
         *       "title": "Own transfer",
         *       "status": 422,
         *       "detail": "The operator who asks paid this transfer or was paid by it.",
         *       "code": "own_transfer",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'own_transfer'
        }
      }
    }
    /** @description `account_limit`: The customer has as many accounts as one customer may have. */
    AccountLimit: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/account-limit",
         *       "title": "Account limit",
         *       "status": 422,
         *       "detail": "The customer has as many accounts as one customer may have.",
         *       "code": "account_limit",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'account_limit'
        }
      }
    }
    /** @description `statement_too_long`: The period holds more entries than a page for printing may have. */
    StatementTooLong: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/statement-too-long",
         *       "title": "Statement too long",
         *       "status": 422,
         *       "detail": "The period holds more entries than a page for printing may have.",
         *       "code": "statement_too_long",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'statement_too_long'
        }
      }
    }
    /** @description `idempotency_key_reused`: The Idempotency-Key came before, with another request. */
    IdempotencyKeyReused: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/idempotency-key-reused",
         *       "title": "Idempotency key reused",
         *       "status": 422,
         *       "detail": "The Idempotency-Key came before, with another request.",
         *       "code": "idempotency_key_reused",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'idempotency_key_reused'
        }
      }
    }
    /** @description `wrong_password`: The current password, which this change needs, is wrong. */
    WrongPassword: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/wrong-password",
         *       "title": "Wrong password",
         *       "status": 422,
         *       "detail": "The current password, which this change needs, is wrong.",
         *       "code": "wrong_password",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 422
          /** @enum {unknown} */
          code?: 'wrong_password'
        }
      }
    }
    /** @description `too_many_attempts`: Too many passwords were wrong, for this account or from this address. */
    TooManyAttempts: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        'Retry-After': components['headers']['RetryAfter']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/too-many-attempts",
         *       "title": "Too many attempts",
         *       "status": 429,
         *       "detail": "Too many passwords were wrong, for this account or from this address.",
         *       "code": "too_many_attempts",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
         *       "retryAfter": 60
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 429
          /** @enum {unknown} */
          code?: 'too_many_attempts'
        }
      }
    }
    /** @description `method_not_allowed`: The address exists, but does not take this method. */
    MethodNotAllowed: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/method-not-allowed",
         *       "title": "Method not allowed",
         *       "status": 405,
         *       "detail": "The address exists, but does not take this method.",
         *       "code": "method_not_allowed",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 405
          /** @enum {unknown} */
          code?: 'method_not_allowed'
        }
      }
    }
    /** @description `request_timeout`: The request did not arrive whole in time. Nothing was done. */
    RequestTimeout: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/request-timeout",
         *       "title": "Request timeout",
         *       "status": 408,
         *       "detail": "The request did not arrive whole in time. Nothing was done.",
         *       "code": "request_timeout",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 408
          /** @enum {unknown} */
          code?: 'request_timeout'
        }
      }
    }
    /** @description `too_large`: The body is larger than any request of this API needs. */
    TooLarge: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/too-large",
         *       "title": "Too large",
         *       "status": 413,
         *       "detail": "The body is larger than any request of this API needs.",
         *       "code": "too_large",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 413
          /** @enum {unknown} */
          code?: 'too_large'
        }
      }
    }
    /** @description `address_too_long`: The address with its query is longer than any request of this API needs. */
    AddressTooLong: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/address-too-long",
         *       "title": "Address too long",
         *       "status": 414,
         *       "detail": "The address with its query is longer than any request of this API needs.",
         *       "code": "address_too_long",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 414
          /** @enum {unknown} */
          code?: 'address_too_long'
        }
      }
    }
    /** @description `unsupported_media_type`: The body is not declared as JSON. */
    UnsupportedMediaType: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/unsupported-media-type",
         *       "title": "Unsupported media type",
         *       "status": 415,
         *       "detail": "The body is not declared as JSON.",
         *       "code": "unsupported_media_type",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 415
          /** @enum {unknown} */
          code?: 'unsupported_media_type'
        }
      }
    }
    /** @description `too_many_requests`: More requests came from this address than one person makes. */
    TooManyRequests: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        'Retry-After': components['headers']['RetryAfter']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/too-many-requests",
         *       "title": "Too many requests",
         *       "status": 429,
         *       "detail": "More requests came from this address than one person makes.",
         *       "code": "too_many_requests",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
         *       "retryAfter": 60
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 429
          /** @enum {unknown} */
          code?: 'too_many_requests'
        }
      }
    }
    /** @description `headers_too_large`: The headers of the request are larger than any request of this API needs. */
    HeadersTooLarge: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/headers-too-large",
         *       "title": "Headers too large",
         *       "status": 431,
         *       "detail": "The headers of the request are larger than any request of this API needs.",
         *       "code": "headers_too_large",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 431
          /** @enum {unknown} */
          code?: 'headers_too_large'
        }
      }
    }
    /** @description `internal`: Something failed on the side of the bank. It is in the log under the request id. */
    Internal: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/internal",
         *       "title": "Internal",
         *       "status": 500,
         *       "detail": "Something failed on the side of the bank. It is in the log under the request id.",
         *       "code": "internal",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 500
          /** @enum {unknown} */
          code?: 'internal'
        }
      }
    }
    /** @description `unavailable`: A part of the bank does not answer at the moment. What was asked for may have been done. */
    Unavailable: {
      headers: {
        'X-Request-Id': components['headers']['RequestId']
        'Retry-After': components['headers']['RetryAfter']
        [name: string]: unknown
      }
      content: {
        /**
         * @example {
         *       "type": "/api/problems/unavailable",
         *       "title": "Unavailable",
         *       "status": 503,
         *       "detail": "A part of the bank does not answer at the moment. What was asked for may have been done.",
         *       "code": "unavailable",
         *       "requestId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
         *       "retryAfter": 60
         *     }
         */
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          status?: 503
          /** @enum {unknown} */
          code?: 'unavailable'
        }
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: {
    /** @description The id under which the logs of the proxy and the api know the request. */
    RequestId: string
    /** @description Seconds until it is worth asking again. */
    RetryAfter: number
    /** @description There when this is an earlier answer given again. */
    IdempotentReplayed: 'true'
  }
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  listAccounts: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            accounts: components['schemas']['Account'][]
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  openAccount: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewAccount']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            account: components['schemas']['Account']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      422: components['responses']['AccountLimit']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  getAccount: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            account: components['schemas']['Account']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  listEntries: {
    parameters: {
      query?: {
        limit?: number
        /** @description nextCursor of the page before, of the same account with the same filter */
        cursor?: string
        /** @description Is part of the reference, or of the name or number of the other side; case does not matter */
        q?: string
        /** @description The first day, in UTC */
        from?: string
        /** @description The last day, in UTC; it is part of the period */
        to?: string
        /** @description The least amount, in minor units without sign */
        minAmount?: number
        /** @description The largest amount, in minor units without sign */
        maxAmount?: number
        direction?: 'in' | 'out'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            entries: components['schemas']['Entry'][]
            /** @description Null on the last page. */
            nextCursor: string | null
            /** @description Where a search stopped before it had found a whole page, as the time of the oldest entry that it looked at. nextCursor goes on from there. */
            searchedTo: string | null
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  getStatement: {
    parameters: {
      query: {
        /** @description The first day, in UTC */
        from: string
        /** @description The last day, in UTC; it is part of the period */
        to: string
        /** @description csv for programs, html to print */
        format: 'csv' | 'html'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The statement */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'text/csv': string
          'text/html': string
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      422: components['responses']['StatementTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  logIn: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['Login']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            customer: components['schemas']['Customer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['WrongCredentials']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      /**
       * @description `too_many_requests`: More requests came from this address than one person makes.
       *
       *     `too_many_attempts`: Too many passwords were wrong, for this account or from this address.
       */
      429: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Retry-After': components['headers']['RetryAfter']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 429
            /** @enum {unknown} */
            code?: 'too_many_requests' | 'too_many_attempts'
          }
        }
      }
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  logOut: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['InvalidRequest']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  readCustomer: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            customer: components['schemas']['Customer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  changeProfile: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['ProfileChange']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            customer: components['schemas']['Customer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      409: components['responses']['EmailTaken']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      422: components['responses']['WrongPassword']
      /**
       * @description `too_many_requests`: More requests came from this address than one person makes.
       *
       *     `too_many_attempts`: Too many passwords were wrong, for this account or from this address.
       */
      429: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Retry-After': components['headers']['RetryAfter']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 429
            /** @enum {unknown} */
            code?: 'too_many_requests' | 'too_many_attempts'
          }
        }
      }
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  readApiDocument: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            openapi: string
          } & {
            [key: string]: unknown
          }
        }
      }
      400: components['responses']['InvalidRequest']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  listEntriesOfAnyAccount: {
    parameters: {
      query?: {
        limit?: number
        /** @description nextCursor of the page before, of the same account with the same filter */
        cursor?: string
        /** @description Is part of the reference, or of the name or number of the other side; case does not matter */
        q?: string
        /** @description The first day, in UTC */
        from?: string
        /** @description The last day, in UTC; it is part of the period */
        to?: string
        /** @description The least amount, in minor units without sign */
        minAmount?: number
        /** @description The largest amount, in minor units without sign */
        maxAmount?: number
        direction?: 'in' | 'out'
      }
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            entries: components['schemas']['Entry'][]
            /** @description Null on the last page. */
            nextCursor: string | null
            /** @description Where a search stopped before it had found a whole page, as the time of the oldest entry that it looked at. nextCursor goes on from there. */
            searchedTo: string | null
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['NotAllowed']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  searchCustomers: {
    parameters: {
      query: {
        /** @description Beginnings of words of the name and the e-mail address, a whole account number, or a customer id. Single letters are left out. */
        q: string
        limit?: number
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            customers: components['schemas']['Customer'][]
            nextCursor: string | null
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['NotAllowed']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  readAnyCustomer: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            customer: components['schemas']['Customer']
            accounts: components['schemas']['Account'][]
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['NotAllowed']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  checkLedger: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            check: components['schemas']['LedgerCheck']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      /**
       * @description `origin_not_allowed`: A browser sent this request for a page that is not one of the bank.
       *
       *     `not_allowed`: The customer who is logged in may not do this.
       */
      403: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 403
            /** @enum {unknown} */
            code?: 'origin_not_allowed' | 'not_allowed'
          }
        }
      }
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  searchTransfers: {
    parameters: {
      query: {
        /** @description Is part of the reference; case does not matter */
        q: string
        limit?: number
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            transfers: components['schemas']['BookedTransfer'][]
            nextCursor: string | null
            searchedTo: string | null
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['NotAllowed']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  findAnyTransfer: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            transfer: components['schemas']['BookedTransfer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['NotAllowed']
      404: components['responses']['UnknownTransfer']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  changePassword: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PasswordChange']
      }
    }
    responses: {
      /** @description No Content */
      204: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      422: components['responses']['WrongPassword']
      /**
       * @description `too_many_requests`: More requests came from this address than one person makes.
       *
       *     `too_many_attempts`: Too many passwords were wrong, for this account or from this address.
       */
      429: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Retry-After': components['headers']['RetryAfter']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 429
            /** @enum {unknown} */
            code?: 'too_many_requests' | 'too_many_attempts'
          }
        }
      }
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  readProblemType: {
    parameters: {
      query?: never
      header?: never
      path: {
        type: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What the problem means, and what to do about it. */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ProblemType']
          'text/html': string
        }
      }
      400: components['responses']['InvalidRequest']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  register: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['Registration']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            customer: components['schemas']['Customer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      409: components['responses']['EmailTaken']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  listSecurityEvents: {
    parameters: {
      query?: {
        limit?: number
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            events: components['schemas']['SecurityEvent'][]
            nextCursor: string | null
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  listSessions: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            sessions: components['schemas']['Session'][]
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  logOutEverywhere: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  revokeSession: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No Content */
      204: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content?: never
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      404: components['responses']['NotFound']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  transferMoney: {
    parameters: {
      query?: never
      header: {
        /** @description Chosen by the client, new for each request and the same when one is repeated; lives 24 hours. */
        'Idempotency-Key': string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewTransfer']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            transfer: components['schemas']['Transfer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      /** @description `idempotency_key_in_progress`: A request with this Idempotency-Key is still under way: its outcome is not known yet. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 409
            /** @enum {unknown} */
            code?: 'idempotency_key_in_progress'
          }
        }
      }
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      /**
       * @description `account_number_invalid`: The check digits do not fit the rest of the account number: it was mistyped.
       *
       *     `unknown_account`: The account to pay from is not one of the customer, or the account to be paid does not exist.
       *
       *     `same_account`: The account to pay from and the account to be paid are one and the same.
       *
       *     `currency_mismatch`: The two accounts are kept in different currencies.
       *
       *     `insufficient_funds`: The balance does not cover the amount, and the account may not be overdrawn.
       *
       *     `balance_limit`: One of the balances would be larger than the bank can keep.
       *
       *     `idempotency_key_reused`: The Idempotency-Key came before, with another request.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 422
            /** @enum {unknown} */
            code?:
              | 'account_number_invalid'
              | 'unknown_account'
              | 'same_account'
              | 'currency_mismatch'
              | 'insufficient_funds'
              | 'balance_limit'
              | 'idempotency_key_reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  previewTransfer: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewTransfer']
      }
    }
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            preview: components['schemas']['Preview']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      403: components['responses']['OriginNotAllowed']
      408: components['responses']['RequestTimeout']
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      /**
       * @description `account_number_invalid`: The check digits do not fit the rest of the account number: it was mistyped.
       *
       *     `unknown_account`: The account to pay from is not one of the customer, or the account to be paid does not exist.
       *
       *     `same_account`: The account to pay from and the account to be paid are one and the same.
       *
       *     `currency_mismatch`: The two accounts are kept in different currencies.
       *
       *     `insufficient_funds`: The balance does not cover the amount, and the account may not be overdrawn.
       *
       *     `balance_limit`: One of the balances would be larger than the bank can keep.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 422
            /** @enum {unknown} */
            code?:
              | 'account_number_invalid'
              | 'unknown_account'
              | 'same_account'
              | 'currency_mismatch'
              | 'insufficient_funds'
              | 'balance_limit'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  findTransfer: {
    parameters: {
      query?: never
      header?: never
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description OK */
      200: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            transfer: components['schemas']['Transfer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      404: components['responses']['UnknownTransfer']
      408: components['responses']['RequestTimeout']
      414: components['responses']['AddressTooLong']
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
  reverseTransfer: {
    parameters: {
      query?: never
      header: {
        /** @description Chosen by the client, new for each request and the same when one is repeated; lives 24 hours. */
        'Idempotency-Key': string
      }
      path: {
        id: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewReversal']
      }
    }
    responses: {
      /** @description Created */
      201: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/json': {
            transfer: components['schemas']['Transfer']
          }
        }
      }
      400: components['responses']['InvalidRequest']
      401: components['responses']['Unauthenticated']
      /**
       * @description `origin_not_allowed`: A browser sent this request for a page that is not one of the bank.
       *
       *     `not_allowed`: The customer who is logged in may not do this.
       */
      403: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 403
            /** @enum {unknown} */
            code?: 'origin_not_allowed' | 'not_allowed'
          }
        }
      }
      /** @description `unknown_transfer`: There is no such transfer, or the customer has no part in it. */
      404: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 404
            /** @enum {unknown} */
            code?: 'unknown_transfer'
          }
        }
      }
      408: components['responses']['RequestTimeout']
      /** @description `idempotency_key_in_progress`: A request with this Idempotency-Key is still under way: its outcome is not known yet. */
      409: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 409
            /** @enum {unknown} */
            code?: 'idempotency_key_in_progress'
          }
        }
      }
      413: components['responses']['TooLarge']
      414: components['responses']['AddressTooLong']
      415: components['responses']['UnsupportedMediaType']
      /**
       * @description `not_reversible`: The transfer is a reversal itself.
       *
       *     `own_transfer`: The operator who asks paid this transfer or was paid by it.
       *
       *     `already_reversed`: The transfer has been reversed before, and that happens once.
       *
       *     `insufficient_funds`: The balance does not cover the amount, and the account may not be overdrawn.
       *
       *     `balance_limit`: One of the balances would be larger than the bank can keep.
       *
       *     `idempotency_key_reused`: The Idempotency-Key came before, with another request.
       */
      422: {
        headers: {
          'X-Request-Id': components['headers']['RequestId']
          'Idempotent-Replayed': components['headers']['IdempotentReplayed']
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @constant */
            status?: 422
            /** @enum {unknown} */
            code?:
              | 'not_reversible'
              | 'own_transfer'
              | 'already_reversed'
              | 'insufficient_funds'
              | 'balance_limit'
              | 'idempotency_key_reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      431: components['responses']['HeadersTooLarge']
      500: components['responses']['Internal']
      503: components['responses']['Unavailable']
    }
  }
}
