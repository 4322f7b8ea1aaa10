import { SESSION_COOKIE } from '../../services/api/src/sessions/cookie.ts'
import { AUTHORITY_SECRET, frontDoorCertificate } from './certs/table.ts'
import { UserError } from './errors.ts'
import type { Answer } from './https-client.ts'
import { existingSecrets, readSecret } from './secrets.ts'
import { HTTPS_NODE_PORT, names } from './settings.ts'
import { bankAddress } from './stack.ts'

/** Where requests go, and by which authority the certificate there must be. */
export interface FrontDoor {
  /** What is connected to. */
  host: string
  port: number
  /** The name that the certificate is for. */
  name: string
  /** As the browser would say it. */
  origin: string
  /** PEM. */
  authority: string
}

/**
 * By whom a certificate of the front door may be: the local CA, or what ACME brought its last one by. One pod takes the
 * other's place, so both may be met at a time.
 * @throws {UserError} if there is no local CA
 */
export async function frontDoorAuthority(): Promise<string> {
  const secrets = await existingSecrets()
  const authority = secrets.get(AUTHORITY_SECRET)?.['ca.crt']
  if (authority === undefined)
    throw new UserError(`the Secret ${AUTHORITY_SECRET} holds no certificate: run ./dway up`)
  return authority + (secrets.get(frontDoorCertificate.secret)?.['ca.crt'] ?? '')
}

/** The bank's front door as the toolbox reaches it. */
export async function findFrontDoor(): Promise<FrontDoor> {
  const [origin, authority] = await Promise.all([bankAddress(), frontDoorAuthority()])
  return { host: names.node, port: HTTPS_NODE_PORT, name: new URL(origin).hostname, origin, authority }
}

/** The id of the session that an answer opens; undefined if it opens none. */
export function openedSession({ headers }: Answer): string | undefined {
  const line = headers['set-cookie']?.find((text) => text.startsWith(`${SESSION_COOKIE}=`))
  return line?.slice(SESSION_COOKIE.length + 1).split(';')[0]
}

/** The headers of a developer who is logged in to the tools, for which the proxy asks. */
export async function toolsHeaders(): Promise<{ authorization: string }> {
  const { username = '', password = '' } = await readSecret('tools-login')
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/** The headers that a logged-in browser sends with every request. */
export function browserHeaders(door: FrontDoor, sessionId: string): Record<string, string> {
  return { host: door.name, origin: door.origin, cookie: `${SESSION_COOKIE}=${sessionId}` }
}
