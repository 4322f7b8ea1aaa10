import { once } from 'node:events'
import https from 'node:https'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { findFrontDoor, type FrontDoor } from '../../scripts/lib/front-door.ts'
import { messageOf } from '../../scripts/lib/errors.ts'

const CLIENTS = 3
const PAUSE_MS = 50

/** What is asked for again and again, and the status that is right. */
export interface SteadyQuestion {
  path: string
  headers?: Record<string, string>
  status: number
}

/** Asks the api, and no store. */
const whoAmI: SteadyQuestion = { path: '/api/me', status: 401 }

/** Asks by a connection of its own: one that is kept may end while a request is on its way, whoever closes it. */
async function askOnce(door: FrontDoor, question: SteadyQuestion): Promise<number | undefined> {
  const { host, port, name, authority } = door
  const options = {
    host,
    port,
    servername: name,
    ca: authority,
    agent: false,
    path: question.path,
    headers: { host: name, ...question.headers },
  }
  const request = https.get({ ...options, signal: AbortSignal.timeout(10_000) })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

export interface Steady {
  served: number
  failures: string[]
}

/**
 * Asks the front door over and over while the work goes on, trusting what the CA's Secret says at the time.
 * @returns what came of the requests
 */
export async function whileAsking(work: () => Promise<void>, question = whoAmI): Promise<Steady> {
  let door = await findFrontDoor()
  let going = true
  const result: Steady = { served: 0, failures: [] }
  const ask = async () => {
    while (going) {
      const status = await askOnce(door, question).catch((error: unknown) => messageOf(error))
      if (status === question.status) result.served += 1
      else result.failures.push(`${new Date().toISOString()} ${status}`)
      await sleep(PAUSE_MS)
    }
  }
  const follow = async () => {
    while (going) {
      // A look that fails says nothing of the front door; the next one finds what is new.
      door = await findFrontDoor().catch(() => door)
      await sleep(200)
    }
  }
  const all = Promise.all([follow(), ...Array.from({ length: CLIENTS }, ask)])
  try {
    await work()
  } finally {
    going = false
    await all
  }
  return result
}

/** The fingerprint of the certificate that the front door shows now, which must be by the CA. */
export async function shownFingerprint(): Promise<string> {
  const { host, port, name, authority } = await findFrontDoor()
  const socket = tls.connect({ host, port, servername: name, ca: authority })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase()
  } finally {
    socket.destroy()
  }
}
