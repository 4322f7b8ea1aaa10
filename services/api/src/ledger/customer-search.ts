import type { Pool } from 'pg'
import { withClient } from '../db/pool.ts'
import { Refusal } from '../errors.ts'
import { findCustomer, type Customer } from './customers.ts'

/** Shorter words would find half of the bank, and are left out. */
export const SHORTEST_WORD = 2

export interface CustomerQuery {
  /** Beginnings of words of the name and the e-mail address, or an account number, or an id. */
  q: string
  limit: number
  /** The last customer of the page before. */
  after: string | undefined
}

export interface CustomerPage {
  customers: Customer[]
  /** Null on the last page. */
  nextCursor: string | null
}

/** SQL of the words of a text, lowered, with blanks between them: of customers and of what is searched for alike. */
const folded = (text: string) =>
  `regexp_replace(lower((${text}) collate pg_c_utf8), '[^[:alnum:]]+', ' ', 'g')`

/** Of an id ($1), an e-mail address ($2), an account number ($3) or words ($4), after a customer ($5), at most $6. */
export const CUSTOMER_SEARCH = `
  select id, email, name, role from (
    select id, email, name, role from customers where id = $1
    union select id, email, name, role from customers where email = $2
    union select customers.id, email, customers.name, role
      from accounts join customers on customers.id = customer_id where number = $3
    union select id, email, name, role from customers
      where to_tsvector('simple', ${folded("name || ' ' || email")}) @@ (
        select to_tsquery('simple', string_agg(quote_literal(word) || ':*', ' & '))
        from regexp_split_to_table(${folded('$4::text')}, ' ') word where length(word) >= ${SHORTEST_WORD}
      )
  ) found
  where $5::uuid is null or (name, id) > (select name, id from customers where id = $5)
  order by name, id limit $6`

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Finds customers by what an operator was told of them, in the order of their names. Each way has an index.
 * @throws {Refusal} invalid_request for a cursor that is no customer.
 */
export async function searchCustomers(pool: Pool, { q, limit, after }: CustomerQuery): Promise<CustomerPage> {
  const number = q.replaceAll(/[ -]/g, '')
  const values = [
    UUID.test(q) ? q : null,
    q.toLowerCase(),
    /^[0-9]{10}$/.test(number) ? number : null,
    q,
    after ?? null,
    limit + 1,
  ]
  if (after !== undefined && !(await findCustomer(pool, after)))
    throw new Refusal('invalid_request', 'cursor is not one that this API gave')
  const { rows } = await withClient(pool, (client) => client.query<Customer>(CUSTOMER_SEARCH, values))
  const customers = rows.slice(0, limit)
  return { customers, nextCursor: rows.length > limit ? (customers.at(-1)?.id ?? null) : null }
}
