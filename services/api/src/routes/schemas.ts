import { Type, type TStringOptions } from 'typebox'

export const ErrorBody = Type.Object({
  error: Type.Object({ code: Type.String(), message: Type.String() }),
})

export const Uuid = Type.String({
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
})
export const AccountNumber = Type.String({ pattern: '^[0-9]{10}$' })
/**
 * Text that a person wrote: no control characters, nothing blank at its ends. The pattern counts characters
 * as PostgreSQL does; maxLength counts graphemes, which can be any number of them.
 */
export const Line = (maxLength: number, options: TStringOptions = {}) =>
  Type.String({ ...options, pattern: `^(?!\\s)[^\\p{Cc}]{1,${maxLength}}(?<!\\s)$` })
/** Like `Line`, but may be empty or padded. */
export const Remark = (maxLength: number) => Type.String({ pattern: `^[^\\p{Cc}]{0,${maxLength}}$` })
/** A calendar day as ISO 8601 writes it. */
export const Day = (description: string) =>
  Type.String({ format: 'date', pattern: '^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$', description })
/** ASCII alone, so that everyone agrees on how it is lowered; domains beyond come as punycode. */
export const Email = Type.String({ pattern: '^(?=.{6,254}$)[!-?A-~]+@[A-Za-z0-9.-]+\\.[A-Za-z0-9-]{2,}$' })

export const CustomerBody = Type.Object({
  customer: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    role: Type.Enum(['customer', 'operator']),
  }),
})

export const Account = Type.Object({
  id: Type.String(),
  number: Type.String(),
  name: Type.String(),
  currency: Type.String(),
  balance: Type.Integer(),
})

const Side = Type.Object({ number: Type.String() })

export const TransferBody = Type.Object({
  transfer: Type.Object({
    id: Type.String(),
    amount: Type.Integer(),
    currency: Type.String(),
    reference: Type.String(),
    createdAt: Type.String(),
    from: Side,
    to: Side,
    /** The transfer that this one undoes, and the one that undid it. */
    reverses: Type.Optional(Type.String()),
    reversedBy: Type.Optional(Type.String()),
  }),
})

export const PreviewBody = Type.Object({
  preview: Type.Object({
    from: Type.Object({ number: Type.String(), balanceAfter: Type.Integer() }),
    to: Type.Object({ number: Type.String(), name: Type.String(), own: Type.Boolean() }),
    amount: Type.Integer(),
    currency: Type.String(),
    reference: Type.String(),
  }),
})

export const EntryPage = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Type.String(),
      transferId: Type.String(),
      amount: Type.Integer(),
      balance: Type.Integer(),
      reference: Type.String(),
      counterparty: Type.String(),
      counterpartyName: Type.String(),
      createdAt: Type.String(),
    }),
  ),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  searchedTo: Type.Union([Type.String(), Type.Null()], {
    description:
      'Where a search stopped before it had found a whole page, as the time of the oldest entry that it looked at. ' +
      'nextCursor goes on from there.',
  }),
})

/** Any failure has the same shape; the status says the rest. */
export const failures = { '4xx': ErrorBody, '5xx': ErrorBody }
