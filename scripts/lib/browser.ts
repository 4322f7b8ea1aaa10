import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runPsql } from './database.ts'
import { ownUser } from './engine.ts'
import { UserError } from './errors.ts'
import { findFrontDoor, type FrontDoor } from './front-door.ts'
import { codeOf, HttpsClient, waitOf } from './https-client.ts'
import { freezeForJourneys } from './journey-freezes.ts'
import { names, root, stateFolder, statePath, toolboxImage } from './settings.ts'
import { readSecret } from './secrets.ts'
import { $, succeeds } from './shell.ts'
import { runLogged } from './tests.ts'

const dockerfile = 'test/browser/Dockerfile'

/** What a browser outside of the cluster needs to know. */
export interface JourneySetup {
  /** The bank's public address. */
  bank: string
  /** Where connections to any name of the bank go instead: the node's own port. */
  entry: string
  /** The local certificate authority, PEM. */
  authority: string
  pgadmin: { email: string; password: string }
  redisCommander: { username: string; password: string }
  tools: { username: string; password: string }
  /** What is known of a bank in this checkout's own cluster. */
  own?: { door: FrontDoor; operator: { email: string; password: string } }
}

/** Where the setup lies while journeys run. */
export const journeySetupFile = path.join(stateFolder, 'journey-setup.json')

/** Where journeys keep their screenshots. */
export const screenshotFolder = path.join(stateFolder, 'screenshots')

/**
 * Builds the image with the browser unless it exists: the toolbox, and Debian's chromium on top.
 * @returns its tag
 */
export async function ensureBrowserImage(signal: AbortSignal): Promise<string> {
  const toolbox = toolboxImage()
  const key = createHash('sha256')
    .update(toolbox)
    .update(fs.readFileSync(path.join(root, dockerfile)))
  const tag = `dway/browser:${key.digest('hex').slice(0, 12)}`
  if (await succeeds($`docker image inspect ${tag}`)) return tag
  const secret = `id=apt,src=${path.join(stateFolder, 'host/apt.conf')}`
  const code = await runLogged(
    'browser-image',
    ['docker', 'buildx', 'build', '--load', '--progress', 'plain', '--file', dockerfile, '--tag', tag].concat(
      '--build-arg',
      `TOOLBOX=${toolbox}`,
      '--secret',
      secret,
      path.join(stateFolder, 'empty'),
    ),
    signal,
  )
  if (code !== 0)
    throw new UserError('the browser image was not built: see .dway/logs/test-browser-image.log')
  return tag
}

/** The tests before may have given a store a new pod a moment ago: so often the bank may say that it is not available. */
const ATTEMPTS = 10

/** Somebody new, who is an operator of the bank: only PostgreSQL's superuser makes one, and no browser is near it. */
async function newOperator(door: FrontDoor): Promise<{ email: string; password: string }> {
  const bank = new HttpsClient(door, 1)
  for (let attempt = 1; ; attempt += 1) {
    // An answer that says nothing of it may have made a customer of the one before.
    const operator = { email: `operator.${randomUUID()}@example.org`, password: randomUUID() }
    const body = { ...operator, name: 'Olga Operator' }
    const answer = await bank.ask('/api/register', { method: 'POST', body })
    if (answer.status === 201) {
      const script = `update customers set role = 'operator' where email = '${operator.email}';\n`
      await runPsql('nobody was made an operator', script)
      return operator
    }
    if ((answer.status !== 429 && answer.status !== 503) || attempt === ATTEMPTS)
      throw new UserError(`the bank took no operator: ${answer.status} ${codeOf(answer)}`)
    await sleep(waitOf(answer))
  }
}

async function writeSetup(): Promise<void> {
  const door = await findFrontDoor()
  const setup = {
    bank: door.origin,
    entry: `${door.host}:${door.port}`,
    authority: door.authority,
    own: { door, operator: await newOperator(door) },
    pgadmin: await readSecret('pgadmin-login'),
    redisCommander: await readSecret('redis-commander-login'),
    tools: await readSecret('tools-login'),
  }
  fs.writeFileSync(statePath('journey-setup.json'), JSON.stringify(setup), { mode: 0o600 })
}

/**
 * The words that run a command in a container with a browser: with the checkout at its own path, on the given network,
 * and with nothing else of this machine.
 */
export function inBrowserContainer(image: string, network: string, command: readonly string[]): string[] {
  return [
    ...['docker', 'run', '--rm', '--init', '--name', `${names.cluster}-browser`, '--network', network],
    ...[
      '--user',
      ownUser(),
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      '--shm-size',
      '512m',
    ],
    ...['--mount', `type=bind,source=${root},target=${root}`, '--workdir', root],
    ...['--env', 'HOME=/tmp', '--env', 'DWAY_JOURNEY=1'],
    image,
    ...command,
  ]
}

/**
 * Runs a command in a container with a browser, on the cluster's network; output goes to the part's log.
 * @returns the command's exit code
 */
export async function runInBrowserContainer(
  part: string,
  image: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  await writeSetup()
  const over = new AbortController()
  const freezes = freezeForJourneys(over.signal)
  try {
    return await runLogged(part, inBrowserContainer(image, names.network, command), signal)
  } finally {
    over.abort()
    await freezes
    fs.rmSync(journeySetupFile, { force: true })
    await $`docker rm --force ${names.cluster}-browser`.nothrow()
  }
}
