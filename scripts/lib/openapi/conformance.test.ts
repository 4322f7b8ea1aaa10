import { describe, expect, it } from 'vitest'
import { generateDocument } from '../../../services/api/src/openapi/generate.ts'
import { answersOf, type GivenAnswer } from './conformance.ts'

const wrongIn = answersOf(await generateDocument())

const id = '22222222-0000-4000-8000-000000000001'
const account = { id, number: '1234567889', name: 'Savings', currency: 'EUR', balance: 5 }
const json = { 'content-type': 'application/json; charset=utf-8', 'x-request-id': '0123456789abcdef' }
const problem = {
  type: '/api/problems/unauthenticated',
  title: 'Unauthenticated',
  status: 401,
  detail: 'Log in first',
  code: 'unauthenticated',
  requestId: '0123456789abcdef',
}

const accounts = (wanted: Partial<GivenAnswer> = {}): GivenAnswer => ({
  method: 'GET',
  path: '/api/accounts',
  status: 200,
  headers: json,
  text: JSON.stringify({ accounts: [account] }),
  ...wanted,
})

const refusal = (wanted: object = {}, rest: Partial<GivenAnswer> = {}): GivenAnswer =>
  accounts({
    status: 401,
    headers: { ...json, 'content-type': 'application/problem+json' },
    text: JSON.stringify({ ...problem, ...wanted }),
    ...rest,
  })

const notFound = { type: '/api/problems/not-found', status: 404, code: 'not_found' }
const notAllowed = { type: '/api/problems/method-not-allowed', status: 405, code: 'method_not_allowed' }

describe('an answer within the document', () => {
  it.each([
    ['a success', accounts()],
    ['a success with a query', accounts({ path: '/api/accounts?x=1' })],
    ['a problem', refusal()],
    [
      'a problem with more members',
      refusal({ retryAfter: 5, errors: [{ in: 'body', field: 'x', rule: 'y' }] }),
    ],
    ['the answer to HEAD', accounts({ method: 'HEAD', text: '' })],
    ['a success whose body is not known', accounts({ text: undefined })],
    ['nothing', accounts({ method: 'POST', path: '/api/logout', status: 204, text: '' })],
    ['a path that does not exist', refusal(notFound, { path: '/api/nothing', status: 404 })],
    ['a method that is not taken', refusal(notAllowed, { method: 'PUT', status: 405 })],
    ['a page', accounts({ path: '/', text: '<html>' })],
    ['what leads out of the API', accounts({ path: '/api/../healthz', status: 404, text: 'no' })],
  ])('is nothing wrong: %s', (_what, answer) => {
    expect(wrongIn(answer)).toEqual([])
  })
})

describe('an answer outside the document', () => {
  it.each([
    ['an unknown status', accounts({ status: 418 }), 'status 418 is not documented'],
    [
      'another type',
      accounts({ headers: { ...json, 'content-type': 'text/html' } }),
      'content type text/html',
    ],
    [
      'another type of a body that is not known',
      accounts({ headers: { ...json, 'content-type': 'text/html' }, text: undefined }),
      'content type text/html',
    ],
    ['no JSON', accounts({ text: '{' }), 'the body is not JSON'],
    [
      'a missing field',
      accounts({ text: JSON.stringify({ accounts: [{ ...account, id: undefined }] }) }),
      'id',
    ],
    [
      'a wrong type',
      accounts({ text: JSON.stringify({ accounts: [{ ...account, balance: '5' }] }) }),
      'balance must be integer',
    ],
    [
      'a wrong format',
      accounts({ text: JSON.stringify({ accounts: [{ ...account, id: '5' }] }) }),
      'id must match format',
    ],
    [
      'no request id',
      accounts({ headers: { 'content-type': 'application/json' } }),
      'header X-Request-Id is missing',
    ],
    [
      'a malformed header',
      accounts({ headers: { ...json, 'x-request-id': '<>' } }),
      'header X-Request-Id must match',
    ],
    ["another operation's problem", refusal({ code: 'email_taken' }), 'code must be equal'],
    ['another status inside', refusal({ status: 400 }), 'status must be equal'],
    ['a problem as JSON', refusal({}, { headers: json }), 'content type application/json'],
    [
      'a body where none is said',
      accounts({ method: 'POST', path: '/api/logout', status: 204 }),
      'the body is not documented',
    ],
    ['an unknown path that answers', accounts({ path: '/api/nothing' }), 'content type application/json'],
    ['an unknown method that answers', accounts({ method: 'DELETE' }), 'content type application/json'],
    [
      'a wait that is not said',
      refusal({ code: 'unavailable', status: 503 }, { status: 503 }),
      'header Retry-After is missing',
    ],
  ])('is named: %s', (_what, answer, sentence) => {
    expect(wrongIn(answer).join('\n')).toContain(sentence)
  })
})
