import { Type, type TStringOptions } from 'typebox'

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

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'
export const Uuid = Type.String({ pattern: `^${UUID}$` })
/** The id of a transfer, or of an entry, which is a number. */
export const TransferOrEntryId = Type.String({ pattern: `^([0-9]{1,15}|${UUID})$` })
export const AccountNumber = Type.String({ pattern: '^[0-9]{10}$', examples: ['1234567889'] })
/** No control character, spelt as every dialect of regular expressions knows it. */
const PRINTABLE = '[^\\u0000-\\u001f\\u007f-\\u009f]'
/**
 * Text that a person wrote: no control characters, nothing blank at its ends. The pattern counts characters
 * as PostgreSQL does; maxLength counts graphemes, which can be any number of them.
 */
export const Line = (maxLength: number, options: TStringOptions = {}) =>
  Type.String({ ...options, pattern: `^(?!\\s)${PRINTABLE}{1,${maxLength}}(?<!\\s)$` })
/** Like `Line`, but may be empty or padded. */
export const Remark = (maxLength: number) => Type.String({ pattern: `^${PRINTABLE}{0,${maxLength}}$` })
/** A calendar day as ISO 8601 writes it. */
export const Day = (description: string) =>
  Type.String({ format: 'date', pattern: '^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$', description })
/** ASCII alone, so that everyone agrees on how it is lowered; domains beyond come as punycode. */
export const Email = Type.String({
  pattern: '^(?=.{6,254}$)[!-?A-~]+@[A-Za-z0-9.-]+\\.[A-Za-z0-9-]{2,}$',
  examples: ['ada@example.org'],
})
/** A password as it is tried; a new one has rules besides. */
export const Password = Type.String({ minLength: 1, maxLength: 128 })
export const NewPassword = Type.String({ minLength: 12, maxLength: 128 })

/** How much a page holds at most. */
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))

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
    reverses: Type.Optional(
      Type.String({ format: 'uuid', description: 'The transfer that this one undoes.' }),
    ),
    reversedBy: Type.Optional(
      Type.String({ format: 'uuid', description: 'The transfer that undid this one.' }),
    ),
  },
  { title: 'Transfer' },
)

const BookedSide = Type.Object(
  {
    number: AccountNumber,
    name: Type.String({ description: 'Whose it is; what it is called, for the account of the bank itself.' }),
    customerId: Type.Union([Type.String(), Type.Null()], { description: 'Null for the bank itself.' }),
  },
  { title: 'BookedSide' },
)

/** A transfer as operators see it. */
export const BookedTransfer = Type.Object(
  { ...Transfer.properties, from: BookedSide, to: BookedSide },
  { title: 'BookedTransfer' },
)

export const TransferBody = Type.Object({ transfer: Transfer })

export const Preview = Type.Object(
  {
    from: Type.Object({ number: AccountNumber, balanceAfter: Money('What would be left') }),
    to: Type.Object({ number: AccountNumber, name: Type.String(), own: Type.Boolean() }),
    amount: Money('What would be moved'),
    currency: Currency,
    reference: Type.String(),
  },
  { title: 'Preview' },
)

export const PreviewBody = Type.Object({ preview: Preview })

export const Entry = Type.Object(
  {
    id: Type.String(),
    transferId: Id,
    amount: Money('What came, or went if negative'),
    balance: Money('What was on the account afterwards'),
    reference: Type.String(),
    counterparty: AccountNumber,
    counterpartyName: Type.String(),
    createdAt: Time,
  },
  { title: 'Entry' },
)

export const EntryPage = Type.Object({
  entries: Type.Array(Entry),
  nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.' }),
  searchedTo: Type.Union([Type.String(), Type.Null()], {
    description:
      'Where a search stopped before it had found a whole page, as the time of the oldest entry that it looked at. ' +
      'nextCursor goes on from there.',
  }),
})
