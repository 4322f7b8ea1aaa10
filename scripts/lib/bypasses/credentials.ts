/** Credentials that have a form of their own. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'a private key':
    /-----BEGIN (RSA |EC |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY( BLOCK)?-----\s*\\?n?[A-Za-z0-9+/=]{40}/,
  'a key of AWS': /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  'a token of GitHub': /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})/,
  'a token of npm': /\bnpm_[A-Za-z0-9]{36}\b|_authToken=[^$\s{'"`]{8,}/,
  'a token of Slack': /\bxox[abprs]-[A-Za-z0-9-]{20,}/,
  'a key of Google': /\bAIza[\w-]{35}\b/,
  'a key of Stripe': /\b[rs]k_live_[A-Za-z0-9]{20,}/,
  'a JSON web token': /\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}/,
  'a login in an address':
    /\b[a-z][a-z0-9+]*:\/\/[^\s:@/$<>{}'"`]+:(?!\.\.\.|password@|secret@)[^\s:@/$<>{}'"`]{6,}@[\w.-]+\.[a-z]{2,}/,
}

/** A value that is given to something called like a secret. */
const assignment =
  /\b[\w-]*(?:password|passwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key)\b["']?\s*[:=]\s*["'`]?([A-Za-z0-9+/=_-]{16,})(?=["'`\s,;]|$)/gi

/** How many bits a character of the text tells: words have less than 3.5, what was drawn at random more. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

const looksRandom = (value: string) =>
  bitsPerCharacter(value) > 3.5 &&
  /\d/.test(value) &&
  /[a-zA-Z]/.test(value) &&
  !/^[a-z]+([-_/][a-z\d]+)+$/i.test(value)

/** What looks like a credential in a text, without saying it again. */
export function credentialsIn(text: string): string[] {
  const formed = Object.entries(FORMS)
    .filter(([, pattern]) => pattern.test(text))
    .map(([what]) => what)
  const assigned = [...text.matchAll(assignment)]
    .filter(([, value = '']) => looksRandom(value))
    .map(([whole]) => `a value of ${/^[\w-]+/.exec(whole)?.[0] ?? 'a secret'}`)
  return [...formed, ...assigned]
}
