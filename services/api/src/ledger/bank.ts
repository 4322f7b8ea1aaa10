/** The bank's own equity account, made by the first migration. */
export const BANK_ACCOUNT_ID = '00000000-0000-4000-8000-000000000001'

/** What a new customer is given, in minor units of `CURRENCY`. */
export const WELCOME_CREDIT = 100_000

export const CURRENCY = 'EUR'
