import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, request, requestOnce } from './client.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

function answerWith(status: number, body: unknown, contentType = 'application/json', more = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = { status, headers: { 'content-type': contentType, ...more } }
  const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response(status === 204 ? null : text, init))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('request', () => {
  it('sends JSON under /api and returns the answer', async () => {
    const fetch = answerWith(201, { account: { id: '1' } })
    const headers = { 'idempotency-key': 'k' }
    const answer = await request('/accounts', { method: 'POST', body: { name: 'Rainy days' }, headers })
    expect(answer).toEqual({ account: { id: '1' } })
    const [url, init] = fetch.mock.calls[0] ?? []
    expect(url).toBe('/api/accounts')
    expect(init).toMatchObject({ method: 'POST', body: '{"name":"Rainy days"}' })
    expect(init?.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'k' })
  })

  it('says whether an answer was given before', async () => {
    answerWith(201, { transfer: { id: '1' } })
    expect(await requestOnce('/transfers')).toMatchObject({ isReplayed: false })
    answerWith(201, { transfer: { id: '1' } }, 'application/json', { 'idempotent-replayed': 'true' })
    expect(await requestOnce('/transfers')).toEqual({ body: { transfer: { id: '1' } }, isReplayed: true })
  })

  it('returns undefined for an answer without content', async () => {
    answerWith(204, '')
    expect(await request('/logout', { method: 'POST' })).toBeUndefined()
  })

  it("keeps the code of the API's problem document", async () => {
    const problem = { code: 'insufficient_funds', detail: 'the balance is too low' }
    answerWith(422, problem, 'application/problem+json')
    const error = await failure(request('/transfers', { method: 'POST', body: {} }))
    expect(error).toMatchObject({ status: 422, code: 'insufficient_funds', outcomeUnknown: false })
  })

  it('does not know the outcome of a transfer that is still under way', async () => {
    answerWith(409, { code: 'idempotency_key_in_progress', detail: 'still under way' })
    const error = await failure(request('/transfers', { method: 'POST', body: {} }))
    expect(error).toMatchObject({ status: 409, outcomeUnknown: true })
  })

  it('understands the api of the release before', async () => {
    answerWith(422, { error: { code: 'insufficient_funds', message: 'the balance is too low' } })
    const error = await failure(request('/transfers', { method: 'POST', body: {} }))
    expect(error).toMatchObject({ code: 'insufficient_funds', message: 'the balance is too low' })
  })

  it('says that the bank cannot be reached, and keeps the cause', async () => {
    const cause = new TypeError('Failed to fetch')
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(cause))
    const error = await failure(request('/me'))
    expect(error).toMatchObject({ status: 0, code: 'unreachable', outcomeUnknown: true, cause })
  })

  it.each([502, 503, 504])("does not show a proxy's page for HTTP %i", async (status) => {
    answerWith(status, '<h1>Bad Gateway</h1>', 'text/html')
    const error = await failure(request('/me'))
    expect(error).toMatchObject({ status, code: 'unavailable', outcomeUnknown: true })
    expect(error.message).not.toContain('<')
  })

  it('says from when on it is worth trying again', async () => {
    vi.useFakeTimers({ now: 1000 })
    try {
      answerWith(429, '<h1>Too Many Requests</h1>', 'text/html', { 'retry-after': '60' })
      const error = await failure(request('/login', { method: 'POST', body: {} }))
      expect(error).toMatchObject({ code: 'too_many_requests', outcomeUnknown: false, retryAt: 61_000 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not take an unreadable success for a success', async () => {
    answerWith(200, 'not JSON')
    const error = await failure(request('/me'))
    expect(error).toMatchObject({ code: 'unreadable', outcomeUnknown: true })
  })

  it('survives an error of an unexpected shape', async () => {
    answerWith(400, { code: 5, detail: null })
    expect(await failure(request('/me'))).toMatchObject({ status: 400, code: 'HTTP 400' })
  })
})
