import { lookup } from 'node:dns/promises'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readSecret } from '../../scripts/lib/secrets.ts'
import { names, root, statePath } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { bankHost, origin } from '../support/front-door.ts'
import { long } from '../support/long.ts'
import { ensureToolImage } from '../../scripts/lib/tool-images.ts'
import { newCustomer } from '../support/visitor.ts'

const image = await ensureToolImage('schemathesis')
const authority = statePath('schemathesis-authority.pem')
fs.writeFileSync(authority, (await readSecret('local-ca'))['ca.crt'] ?? '')
const { address } = await lookup(names.node)

const container = `${names.cluster}-schemathesis`
afterAll(async () => {
  await $`docker rm --force ${container}`.nothrow()
  fs.rmSync(authority, { force: true })
})

const mount = (source: string, target: string) => [
  '--mount',
  `type=bind,source=${source},target=${target},readonly`,
]

it.each(long ? [1, 2, 3] : [1])(
  'seed %i finds no failure of ours and no answer outside the API document',
  { timeout: 150_000 },
  async (seed) => {
    const { visitor } = await newCustomer()
    if (visitor.session === undefined) throw new Error('there is no session to ask with')
    const inContainer = [
      ...[
        'run',
        '--rm',
        '--name',
        container,
        '--network',
        names.network,
        '--add-host',
        `${bankHost}:${address}`,
      ],
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--env', 'ORIGIN', '--env', 'SESSION'],
      ...mount(path.join(root, 'services/api/openapi.json'), '/openapi.json'),
      ...mount(authority, '/authority.pem'),
    ]
    const options = [
      ...['--url', `https://${bankHost}:30443`, '--tls-verify', '/authority.pem', '--seed', String(seed)],
      // Within what the proxy lets one address ask, and within the time of the tests.
      ...['--rate-limit', '80/s', '--max-examples', '15', '--max-time', '40'],
      // It would end the session of all others.
      ...['--exclude-operation-id', 'logOutEverywhere'],
      ...['--no-color', '--warnings', 'off'],
    ]
    const env = { ...process.env, ORIGIN: origin, SESSION: visitor.session }
    const run = await $({ env })`docker ${inContainer} ${image} /openapi.json ${options}`.nothrow()
    expect(run.exitCode, `${run.stdout}${run.stderr}`).toBe(0)
  },
)
