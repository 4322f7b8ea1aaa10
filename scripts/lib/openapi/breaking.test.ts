import { describe, expect, it } from 'vitest'
import { generateDocument } from '../../../services/api/src/openapi/generate.ts'
import { breakingChanges } from './breaking.ts'

/** Whatever a test changes in it. */
interface Loose {
  [key: string]: Loose
}

const text = JSON.stringify(await generateDocument())
const copy = () => JSON.parse(text) as Loose
const at = (value: Loose, ...keys: string[]): Loose => keys.reduce((inner, key) => inner[key] as Loose, value)

/** What breaks when the document becomes what `change` makes of it; `before` is done to both. */
function after(
  change: (document: Loose) => void,
  before: (document: Loose) => void = () => undefined,
): string[] {
  const [released, current] = [copy(), copy()]
  before(released)
  before(current)
  change(current)
  return breakingChanges(released, current)
}

const operation = (document: Loose, method: string, path: string) => at(document, 'paths', path, method)
const schema = (document: Loose, name: string) => at(document, 'components', 'schemas', name)
const set = (target: Loose, key: string, value: unknown) => ((target as Record<string, unknown>)[key] = value)
const drop = (target: Loose, key: string) => Reflect.deleteProperty(target, key)

describe('breaks nobody:', () => {
  it.each<[string, (document: Loose) => void]>([
    ['nothing', () => undefined],
    ['a new path', (document) => set(at(document, 'paths'), '/api/new', { get: { responses: {} } })],
    [
      'a new optional field of a request',
      (d) => set(at(schema(d, 'NewTransfer'), 'properties'), 'note', { type: 'string' }),
    ],
    [
      'a new field of an answer',
      (d) => set(at(schema(d, 'Account'), 'properties'), 'opened', { type: 'string' }),
    ],
    ['a wider limit', (d) => set(at(schema(d, 'NewTransfer'), 'properties', 'amount'), 'maximum', 1e12)],
    [
      'a new optional parameter',
      (d) => set(operation(d, 'get', '/api/accounts'), 'parameters', [{ in: 'query', name: 'q' }]),
    ],
    ['a new problem', (d) => set(at(operation(d, 'get', '/api/accounts'), 'responses'), '409', {})],
    [
      'a header that every answer has',
      (d) =>
        set(at(operation(d, 'get', '/api/me'), 'responses', '200', 'headers'), 'X-New', { required: true }),
    ],
    ['other words', (d) => set(operation(d, 'get', '/api/accounts'), 'summary', 'Accounts')],
    ['the end of a deprecated field', (d) => drop(at(schema(d, 'Problem'), 'properties'), 'error')],
  ])('%s', (_what, change) => {
    expect(after(change)).toEqual([])
  })
})

describe('is named:', () => {
  it.each<[string, (document: Loose) => void]>([
    ['GET /api/me: is gone', (d) => drop(at(d, 'paths'), '/api/me')],
    ['POST /api/accounts: is gone', (d) => drop(at(d, 'paths', '/api/accounts'), 'post')],
    [
      'GET /api/me: operationId readCustomer became me',
      (d) => set(operation(d, 'get', '/api/me'), 'operationId', 'me'),
    ],
    [
      'POST /api/login: needs a session now',
      (d) => set(operation(d, 'post', '/api/login'), 'security', [{ cookieAuth: [] }]),
    ],
    [
      'POST /api/accounts: body.kind: is required',
      (d) => {
        set(at(schema(d, 'NewAccount'), 'properties'), 'kind', { type: 'string' })
        set(schema(d, 'NewAccount'), 'required', ['name', 'kind'])
      },
    ],
    [
      'POST /api/transfers: body.reference: is not accepted',
      (d) => {
        drop(at(schema(d, 'NewTransfer'), 'properties'), 'reference')
        set(schema(d, 'NewTransfer'), 'required', ['fromAccountId', 'toAccountNumber', 'amount'])
      },
    ],
    [
      'POST /api/transfers: body.amount: maximum is 5',
      (d) => set(at(schema(d, 'NewTransfer'), 'properties', 'amount'), 'maximum', 5),
    ],
    [
      'POST /api/transfers: body.amount: no longer integer',
      (d) => set(at(schema(d, 'NewTransfer'), 'properties', 'amount'), 'type', 'string'),
    ],
    [
      'POST /api/accounts: body.name: pattern is "^x$"',
      (d) => set(at(schema(d, 'NewAccount'), 'properties', 'name'), 'pattern', '^x$'),
    ],
    [
      'POST /api/register: body.password: minLength is 20',
      (d) => set(at(schema(d, 'Registration'), 'properties', 'password'), 'minLength', 20),
    ],
    [
      'GET /api/accounts/{id}/entries: query cursor is gone',
      (d) => {
        const target = operation(d, 'get', '/api/accounts/{id}/entries')
        set(
          target,
          'parameters',
          (target['parameters'] as unknown as { name: string }[]).filter(({ name }) => name !== 'cursor'),
        )
      },
    ],
    [
      'GET /api/accounts: query page is required now',
      (d) =>
        set(operation(d, 'get', '/api/accounts'), 'parameters', [
          { in: 'query', name: 'page', required: true },
        ]),
    ],
    [
      'GET /api/me: a body is required now',
      (d) => set(operation(d, 'get', '/api/me'), 'requestBody', { required: true, content: {} }),
    ],
    [
      'POST /api/logout: does not answer 204 any more',
      (d) => {
        const responses = at(operation(d, 'post', '/api/logout'), 'responses')
        set(responses, '205', responses['204'])
        drop(responses, '204')
      },
    ],
    [
      'GET /api/accounts: answer 200.accounts[].balance is gone',
      (d) => drop(at(schema(d, 'Account'), 'properties'), 'balance'),
    ],
    [
      'GET /api/accounts: answer 200.accounts[].balance: may be missing now',
      (d) => set(schema(d, 'Account'), 'required', ['id', 'number', 'name', 'currency']),
    ],
    [
      'GET /api/accounts: answer 200.accounts[].balance: beyond what was said (no longer string)',
      (d) => set(at(schema(d, 'Account'), 'properties', 'balance'), 'type', 'string'),
    ],
    [
      'GET /api/me: answer 200.customer.role: beyond what was said (no longer "auditor")',
      (d) =>
        set(at(schema(d, 'Customer'), 'properties', 'role'), 'enum', ['customer', 'operator', 'auditor']),
    ],
    [
      'GET /api/problems/{type}: 200 is no longer given as text/html',
      (d) =>
        drop(at(operation(d, 'get', '/api/problems/{type}'), 'responses', '200', 'content'), 'text/html'),
    ],
    [
      'POST /api/register: does not answer 409 any more',
      (d) => drop(at(operation(d, 'post', '/api/register'), 'responses'), '409'),
    ],
    [
      'GET /api/me: 401 is no longer given as application/problem+json',
      (d) => set(at(d, 'components', 'responses', 'Unauthenticated'), 'content', { 'application/json': {} }),
    ],
    [
      'GET /api/me: headers of 200.X-Request-Id is gone',
      (d) => drop(at(operation(d, 'get', '/api/me'), 'responses', '200', 'headers'), 'X-Request-Id'),
    ],
    [
      'POST /api/transfers: headers of 422.Idempotent-Replayed is gone',
      (d) =>
        drop(
          at(operation(d, 'post', '/api/transfers'), 'responses', '422', 'headers'),
          'Idempotent-Replayed',
        ),
    ],
    [
      'GET /api/me: headers of 503.Retry-After: may be missing now',
      (d) => drop(at(d, 'components', 'headers', 'RetryAfter'), 'required'),
    ],
    [
      'GET /api/me: headers of 429.Retry-After: beyond what was said (no longer string)',
      (d) => set(at(d, 'components', 'headers', 'RetryAfter', 'schema'), 'type', 'string'),
    ],
    ['problem document.code is gone', (d) => drop(at(schema(d, 'Problem'), 'properties'), 'code')],
  ])('%s', (sentence, change) => {
    expect(after(change)).toContain(sentence)
  })

  it('fewer values that a request may hold', () => {
    const amount = (d: Loose) => at(schema(d, 'NewTransfer'), 'properties', 'amount')
    const change = (d: Loose) => set(amount(d), 'enum', [1])
    expect(after(change, (d) => set(amount(d), 'enum', [1, 2]))).toEqual(
      expect.arrayContaining(['POST /api/transfers: body.amount: no longer 2']),
    )
  })

  it('what is behind a reference to a path', () => {
    const refer = (d: Loose) =>
      set(at(operation(d, 'get', '/api/accounts'), 'responses'), '200', {
        $ref: '#/paths/~1api~1me/get/responses/200',
      })
    expect(after((d) => drop(at(schema(d, 'Customer'), 'properties'), 'role'), refer)).toContain(
      'GET /api/accounts: answer 200.customer.role is gone',
    )
  })

  it('a null that an answer did not have', () => {
    const change = (d: Loose) =>
      set(at(schema(d, 'Account'), 'properties'), 'name', { anyOf: [{ type: 'string' }, { type: 'null' }] })
    expect(after(change)).toContain(
      'GET /api/accounts: answer 200.accounts[].name: beyond what was said (no longer null)',
    )
  })
})

it('a reference that leads nowhere is no document to compare', () => {
  expect(() => after((d) => drop(at(d, 'components', 'schemas'), 'Account'))).toThrow(
    'the document has no /components/schemas/Account',
  )
})
