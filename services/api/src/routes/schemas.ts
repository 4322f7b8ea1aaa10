import { Type } from 'typebox'

/** RFC 9457. A problem may have more members than these. */
export const Problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', description: 'Where the type of problem is explained.' }),
    title: Type.String({ description: 'The type in words.' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'A sentence for people.' }),
    code: Type.String({ description: 'The type in one word for programs.' }),
    requestId: Type.String({ description: 'The id under which the logs know the request.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          { in: Type.String(), field: Type.String(), rule: Type.String() },
          { title: 'FieldError' },
        ),
        { description: 'Which fields break which rules.' },
      ),
    ),
    retryAfter: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Seconds until it is worth asking again.' }),
    ),
    error: Type.Optional(
      Type.Object(
        { code: Type.String(), message: Type.String() },
        {
          deprecated: true,
          description: 'What code and detail say, for clients from before problem documents.',
        },
      ),
    ),
  },
  { title: 'Problem', additionalProperties: true },
)

export const Uuid = Type.String({
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
})
export const AccountNumber = Type.String({ pattern: '^[0-9]{10}$', examples: ['1234567889'] })
/**
 * Text that a person wrote: no control characters, nothing blank at its ends. The pattern counts characters
 * as PostgreSQL does; maxLength counts graphemes, which can be any number of them.
 */
export const Line = (maxLength: number) =>
  Type.String({ pattern: `^(?!\\s)[^\\p{Cc}]{1,${maxLength}}(?<!\\s)$` })
/** Like `Line`, but may be empty or padded. */
export const Remark = (maxLength: number) => Type.String({ pattern: `^[^\\p{Cc}]{0,${maxLength}}$` })
/** ASCII alone, so that everyone agrees on how it is lowered; domains beyond come as punycode. */
export const Email = Type.String({
  pattern: '^(?=.{6,254}$)[!-?A-~]+@[A-Za-z0-9.-]+\\.[A-Za-z0-9-]{2,}$',
  examples: ['ada@example.org'],
})

const Id = Type.String({ format: 'uuid' })
const Time = Type.String({ format: 'date-time' })
const Money = (description: string) =>
  Type.Integer({ description: `${description}, in minor units of the currency.` })
const Currency = Type.String({ pattern: '^[A-Z]{3}$', examples: ['EUR'] })

export const Customer = Type.Object(
  { id: Id, email: Type.String(), name: Type.String(), role: Type.Enum(['customer', 'operator']) },
  { title: 'Customer' },
)

export const CustomerBody = Type.Object({ customer: Customer })

export const Account = Type.Object(
  { id: Id, number: AccountNumber, name: Type.String(), currency: Currency, balance: Money('What is on it') },
  { title: 'Account' },
)

const Side = Type.Object({ number: AccountNumber })

export const Transfer = Type.Object(
  {
    id: Id,
    amount: Money('What was moved'),
    currency: Currency,
    reference: Type.String(),
    createdAt: Time,
    from: Side,
    to: Side,
  },
  { title: 'Transfer' },
)

export const TransferBody = Type.Object({ transfer: Transfer })

export const Entry = Type.Object(
  {
    id: Type.String(),
    transferId: Id,
    amount: Money('What came, or went if negative'),
    balance: Money('What was on the account afterwards'),
    reference: Type.String(),
    counterparty: AccountNumber,
    createdAt: Time,
  },
  { title: 'Entry' },
)

export const EntryPage = Type.Object({
  entries: Type.Array(Entry),
  nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.' }),
})

/** Answers that a route gives without saying which: better list its `refusals`. */
export const failures = { '4xx': Problem, '5xx': Problem }
