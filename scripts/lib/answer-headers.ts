import type { IncomingHttpHeaders } from 'node:http'

/** What every answer says, whoever gives it. */
const EVERYWHERE = {
  server: 'nginx',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Sources that would let in what another origin serves. */
const FOREIGN = /^(\*|https?:|wss?:|.*\/\/.*)$/

/** What a policy lacks or has too much. Two of them, joined by a comma, would be one of a service's and one of ours. */
function wrongInPolicy(policy: string, framed: unknown): string[] {
  const directives = new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ')
      return [name, sources] as const
    }),
  )
  const wrong = ['default-src', 'base-uri', 'form-action', 'frame-ancestors'].filter(
    (name) => !directives.has(name),
  )
  const ancestors = framed === 'DENY' ? "'none'" : "'self'"
  if (directives.get('frame-ancestors')?.join(' ') !== ancestors) wrong.push('another frame-ancestors')
  if (policy.includes(',')) wrong.push('two policies')
  return [...wrong, ...[...directives.values()].flat().filter((source) => FOREIGN.test(source))]
}

/**
 * What is wrong in the headers of an answer at the front door.
 * @param hsts what it says of the time that only TLS is to be spoken; undefined if nothing
 */
export function wrongInHeaders(headers: IncomingHttpHeaders, hsts?: string): string[] {
  const expected = { ...EVERYWHERE, 'strict-transport-security': hsts }
  const wrong = Object.entries(expected)
    .filter(([name, value]) => headers[name] !== value)
    .map(([name]) => `${name}: ${String(headers[name])}`)
  for (const name of ['x-powered-by', 'x-xss-protection']) {
    if (headers[name] !== undefined) wrong.push(`${name} is there`)
  }
  const framed = headers['x-frame-options']
  if (framed !== 'DENY' && framed !== 'SAMEORIGIN') wrong.push(`x-frame-options: ${String(framed)}`)
  const policy = headers['content-security-policy']
  if (typeof policy !== 'string') wrong.push('no content-security-policy')
  else wrong.push(...wrongInPolicy(policy, framed).map((what) => `content-security-policy: ${what}`))
  if (!/^[\w.-]{8,64}$/.test(String(headers['x-request-id']))) wrong.push('no x-request-id')
  return wrong
}
