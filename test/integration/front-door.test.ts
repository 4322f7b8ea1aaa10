import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { kubectlBank } from '../../scripts/lib/shell.ts'
import { wrongInHeaders } from '../../scripts/lib/answer-headers.ts'
import { ask, askPlain, bankHost, origin, shakeHands } from '../support/front-door.ts'
import { hostsOf, runningSites } from '../../scripts/lib/proxy-hosts.ts'
import { askTool } from '../support/tools.ts'
import { bodyOf, newCredentials, refusalOf } from '../support/visitor.ts'

const page = await ask('/')

describe('TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s is spoken, with a certificate of the local authority',
    async (version) => {
      expect(await shakeHands({ minVersion: version, maxVersion: version })).toBe(version)
    },
  )

  it.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused by the server', async (version) => {
    // At security level 0 the client itself would still speak it.
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }
    await expect(shakeHands(old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' })
  })

  it('has a certificate for the bank and its tools, and for no other name', async () => {
    await expect(shakeHands({ servername: `redis.${bankHost}` })).resolves.toBeTruthy()
    await expect(shakeHands({ servername: 'bank.example' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    })
  })
})

describe('plain HTTP', () => {
  it('leads to the same address with TLS', async () => {
    const answer = await askPlain('/transfer?from=1')
    expect(answer.status).toBe(301)
    expect(answer.headers.location).toBe(`${origin}/transfer?from=1`)
  })

  it('leads nowhere for a name that is not ours', async () => {
    await expect(askPlain('/', 'evil.example')).rejects.toThrow()
  })

  it('has no challenge of ACME while nobody renews, and passes on nothing but challenges', async () => {
    const at = '/.well-known/acme-challenge'
    const answer = await askPlain(`${at}/token`)
    expect(answer.status).toBe(404)
    expect(wrongInHeaders(answer.headers)).toEqual([])
    for (const path of ['', '/', '/a.b', '/a/b', `/${'a'.repeat(129)}`])
      expect((await askPlain(at + path)).status, path).toBe(301)
    await expect(askPlain(`${at}/token`, 'evil.example')).rejects.toThrow()
  })
})

describe('the page', () => {
  it('comes with the headers that keep it to itself, as do the answers of the api', async () => {
    expect(page.status).toBe(200)
    const answers = [page, await ask('/api/me'), await ask('/api/none'), await ask('/api/docs')]
    expect(answers.map(({ headers }) => wrongInHeaders(headers))).toEqual(answers.map(() => []))
  })

  it('keeps its policy below the API document, whatever way is written to it', async () => {
    for (const path of ['/api/docs/..%2f..%2f', '/api/docs%2f..%2f', '/api/docs/a%2f..%2f..%2f..%2f'])
      expect((await ask(path)).headers['content-security-policy'], path).toContain(
        'require-trusted-types-for',
      )
    const document = (await ask('/api/docs/')).headers['content-security-policy']
    expect(document).not.toContain('require-trusted-types-for')
  })

  it('may load and ask only its own origin, and run no inline script', () => {
    const policy = new Map(
      String(page.headers['content-security-policy'])
        .split('; ')
        .map((directive) => {
          const [name = '', ...sources] = directive.split(' ')
          return [name, sources.join(' ')]
        }),
    )
    expect(policy.get('default-src')).toBe("'none'")
    expect(policy.get('script-src')).toBe("'self'")
    expect(policy.get('connect-src')).toBe("'self'")
    expect(policy.get('frame-ancestors')).toBe("'none'")
    expect(policy.get('base-uri')).toBe("'none'")
    expect(policy.get('require-trusted-types-for')).toBe("'script'")
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)/)
  })

  it('is sent compressed to whoever takes it', async () => {
    const script = /<script type="module"[^>]* src="([^"]+)"/.exec(page.text)?.[1]
    expect(script).toBeDefined()
    const plain = await ask(script ?? '')
    const compressed = await ask(script ?? '', { headers: { 'accept-encoding': 'gzip' } })
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(compressed.headers['content-encoding']).toBe('gzip')
    expect(compressed.headers.vary).toMatch(/accept-encoding/i)
  })
})

// What nginx answers itself, on every host, is in answers.test.ts.
describe('the tools behind their names', () => {
  const tools = hostsOf(bankHost, runningSites()).slice(1)

  it.each(tools)('%s answers with one header of each kind, which is ours', async (host) => {
    const tool = host.replace(`.${bankHost}`, '')
    for (const path of ['/', '/none', '/favicon.ico']) {
      const { headers, status } = await askTool(tool, path)
      expect(wrongInHeaders(headers), `${path}, which is ${status}`).toEqual([])
    }
  })
})

describe('from outside', () => {
  it.each(['/healthz', '/readyz', '/metrics'])('%s of the api cannot be reached', async (path) => {
    expect((await ask(path)).status).toBe(404)
    expect((await ask(`/api${path}`)).status).toBe(404)
    expect((await ask(`/api/..${path}`)).status).toBe(404)
  })

  it('a name that is not ours is misdirected', async () => {
    expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(421)
  })

  it('a body beyond the limit is refused', async () => {
    const answer = await ask('/api/login', {
      method: 'POST',
      headers: { origin },
      body: { email: 'x'.repeat(70_000) },
    })
    expect(refusalOf(answer, 413)).toBe('too_large')
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(bodyOf<{ requestId: string }>(answer, 413).requestId).toBe(answer.headers['x-request-id'])
  })

  it('headers beyond the limit are refused', async () => {
    const answer = await ask('/api/me', { headers: { 'x-large': 'x'.repeat(9000) } })
    expect(refusalOf(answer, 431)).toBe('headers_too_large')
    expect(bodyOf<{ requestId: string }>(answer, 431).requestId).toBe(answer.headers['x-request-id'])
  })

  it('an address beyond the limit is refused', async () => {
    expect(refusalOf(await ask(`/api/me?${'x'.repeat(3000)}`), 414)).toBe('address_too_long')
  })

  it('a method that an address does not take is refused, and which it takes is said', async () => {
    const answer = await ask('/api/me', { method: 'DELETE', headers: { origin } })
    expect(refusalOf(answer, 405)).toBe('method_not_allowed')
    expect(answer.headers.allow).toBe('GET, HEAD, PATCH')
    const traced = await ask('/api/me', { method: 'TRACE', headers: { origin }, undocumented: true })
    expect(refusalOf(traced, 405)).toBe('method_not_allowed')
    expect(traced.headers.allow).toContain('GET')
  })

  it('a request has one id in the logs of proxy and api and in the answer', async () => {
    const answer = await ask('/api/me')
    const id = String(answer.headers['x-request-id'])
    expect(bodyOf<{ requestId: string }>(answer, 401).requestId).toBe(id)
    for (const name of ['proxy', 'api']) {
      await vi.waitFor(async () => {
        const { stdout } = await kubectlBank(['logs', `deployment/${name}`, '--tail', '500'])
        expect(stdout, name).toContain(id)
      }, 10_000)
    }
  })

  it('every answer has a request id, the one that was sent if it is well formed', async () => {
    expect(
      (await ask('/api/me', { headers: { 'x-request-id': 'test-12345678' } })).headers['x-request-id'],
    ).toBe('test-12345678')
    const made = (await ask('/api/me', { headers: { 'x-request-id': '<script>' } })).headers['x-request-id']
    expect(made).toMatch(/^[\w.-]{8,64}$/)
  })
})

describe('guessing passwords', () => {
  it('is slowed down, and the answer says when to come back', async () => {
    const { email } = newCredentials()
    const guess = () =>
      ask('/api/login', { method: 'POST', headers: { origin }, body: { email, password: 'guess' } })
    const answers = await Promise.all(Array.from({ length: 90 }, guess))
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.some(({ status }) => status === 401)).toBe(true)
    // The api counts failures for the account, the proxy requests from the address; each says when to come back.
    const byProxy = refused.filter((answer) => refusalOf(answer, 429) === 'too_many_requests')
    expect(byProxy.length).toBeGreaterThan(0)
    for (const { headers } of byProxy) expect(headers['retry-after']).toBe('60')
    for (const answer of refused) {
      const wait = bodyOf<{ retryAfter: number }>(answer, 429).retryAfter
      expect(wait).toBeGreaterThan(0)
      expect(answer.headers['retry-after']).toBe(String(wait))
    }
  })
})

describe('a profile', () => {
  it('is changed as seldom as somebody logs in, and read as often as a page wants', async () => {
    const body = { name: 'Tess' }
    const askOften = (method: 'GET' | 'PATCH') =>
      Promise.all(
        Array.from({ length: 90 }, () =>
          ask('/api/me', { method, headers: { origin }, ...(method === 'PATCH' && { body }) }),
        ),
      )
    // Until what guesses took before is forgotten.
    await sleep(3000)
    const answers = await askOften('PATCH')
    expect(answers.some(({ status }) => status === 401)).toBe(true)
    const refused = answers.filter(({ status }) => status !== 401)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) {
      expect(refusalOf(answer, 429)).toBe('too_many_requests')
      expect(answer.headers['content-type']).toBe('application/problem+json')
    }
    for (const { status } of await askOften('GET')) expect(status).toBe(401)
  })
})
