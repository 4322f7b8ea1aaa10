import { SESSION_COOKIE } from '../../services/api/src/sessions/cookie.ts'
import { UserError } from './errors.ts'
import { readSecret } from './secrets.ts'
import { names } from './settings.ts'
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

const HTTPS_NODE_PORT = 30443

/** The bank's front door as the toolbox reaches it. */
export async function findFrontDoor(): Promise<FrontDoor> {
  const origin = await bankAddress()
  const { 'ca.crt': authority } = await readSecret('local-ca')
  if (authority === undefined) throw new UserError('the Secret local-ca holds no certificate: run ./dway up')
  return { host: names.node, port: HTTPS_NODE_PORT, name: new URL(origin).hostname, origin, authority }
}

/** The headers that a logged-in browser sends with every request. */
export function browserHeaders(door: FrontDoor, sessionId: string): Record<string, string> {
  return { host: door.name, origin: door.origin, cookie: `${SESSION_COOKIE}=${sessionId}` }
}
