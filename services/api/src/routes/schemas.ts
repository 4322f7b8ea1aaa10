import { Type } from 'typebox'

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
export const Line = (maxLength: number) =>
  Type.String({ pattern: `^(?!\\s)[^\\p{Cc}]{1,${maxLength}}(?<!\\s)$` })
/** Like `Line`, but may be empty or padded. */
export const Remark = (maxLength: number) => Type.String({ pattern: `^[^\\p{Cc}]{0,${maxLength}}$` })
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
      createdAt: Type.String(),
    }),
  ),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
})

/** Any failure has the same shape; the status says the rest. */
export const failures = { '4xx': ErrorBody, '5xx': ErrorBody }
