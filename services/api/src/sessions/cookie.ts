import type { CookieSerializeOptions } from '@fastify/cookie'

/** The prefix makes browsers insist on Secure, Path=/ and no Domain. */
export const SESSION_COOKIE = '__Host-session'

/** The attributes of the session cookie; `maxAgeSeconds` 0 removes it. */
export function sessionCookieOptions(maxAgeSeconds: number): CookieSerializeOptions {
  return { path: '/', httpOnly: true, secure: true, sameSite: 'strict', maxAge: maxAgeSeconds }
}
