import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuthority, issueCertificate } from '../../scripts/lib/certificates.ts'
import { names, root, statePath } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { siteFolders } from '../../scripts/lib/proxy-hosts.ts'
import type { Door } from '../../scripts/lib/raw-request.ts'
import { ensureToolImage } from '../../scripts/lib/tool-images.ts'

/** The bank's name at a scratch proxy. */
export const scratchHost = 'dwaybank.localhost'

/** What the tools' login is at a scratch proxy. */
export const scratchLogin = `Basic ${Buffer.from('developer:scratch').toString('base64')}`

/** A proxy that is there for tests alone, with all sites that there are and nothing behind it. */
export interface ScratchProxy {
  /** Where it speaks TLS, with a certificate for its names. */
  door: Door
  container: string
  close(): Promise<void>
}

interface Options {
  /** Settings, as a Deployment gives them; without any it is as in production. */
  env?: Record<string, string>
  /** Shell that runs before the entrypoint. */
  before?: string
}

/** What the container runs around the image's own entrypoint. It ends when its input does, however the tests end. */
const around = (before: string) => `
set -eu
printf '%s' "$TLS_CERTIFICATE" >/etc/nginx/tls/tls.crt
printf '%s' "$TLS_KEY" >/etc/nginx/tls/tls.key
printf 'developer:{PLAIN}scratch\\n' >/etc/nginx/tools-login/htpasswd
unset TLS_CERTIFICATE TLS_KEY
${before}
exec 3<&0
cat <&3 >/dev/null &
entrypoint &
wait -n`

function run(image: string, container: string, secrets: Record<string, string>, options: Options) {
  const { env = {}, before = '' } = options
  const sites = [...siteFolders].flatMap(([component, folder]) => {
    const target = `/etc/nginx/sites/${component}`
    return ['--mount', `type=bind,source=${path.join(root, folder)},target=${target},readonly`]
  })
  const writable = ['/run/nginx', '/tmp', '/etc/nginx/tls', '/etc/nginx/tools-login']
  const words = [
    ...['run', '--rm', '--interactive', '--name', container, '--network', names.network],
    // By these down and prune know it, should the engine have kept it nevertheless.
    ...['--label', `dway.instance=${names.cluster}`, '--label', `dway.checkout=${root}`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    // No other name is known, which is told at once whatever this machine's name server does.
    ...['--add-host', 'api:127.0.0.1', '--add-host', 'web:127.0.0.1', '--dns', '127.0.0.1'],
    ...writable.flatMap((folder) => ['--tmpfs', `${folder}:uid=1001`]),
    ...sites,
    ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.keys(secrets).flatMap((name) => ['--env', name]),
    ...['--entrypoint', 'bash', image, '-c', around(before)],
  ]
  const log = fs.openSync(statePath(`logs/${container}.log`), 'w')
  const child = spawn('docker', words, {
    stdio: ['pipe', log, log],
    env: { ...process.env, ...secrets },
  })
  fs.closeSync(log)
  return child
}

async function untilServing(container: string, child: ChildProcess): Promise<string> {
  const deadline = performance.now() + 30_000
  const ready = 'exec 3<>/dev/tcp/127.0.0.1/8443'
  while (child.exitCode === null && performance.now() < deadline) {
    const { exitCode } = await $`docker exec ${container} bash -c ${ready}`.nothrow()
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
    if (exitCode === 0) return (await $`docker inspect --format ${format} ${container}`).stdout.trim()
    await sleep(100)
  }
  throw new Error(`the scratch proxy did not start: see .dway/logs/${container}.log`)
}

/** Starts the bank's own proxy beside the cluster. It is gone when this process is, however that ends. */
export async function startProxy(options: Options = {}): Promise<ScratchProxy> {
  const image = await ensureToolImage('proxy')
  const authority = await createAuthority()
  const { certificate, key } = await issueCertificate(authority, {
    names: [scratchHost, `*.${scratchHost}`],
    usages: ['server'],
  })
  const container = `${names.cluster}-proxy-${randomBytes(4).toString('hex')}`
  const child = run(image, container, { TLS_CERTIFICATE: certificate, TLS_KEY: key }, options)
  const ended = once(child, 'close')
  const close = async () => {
    child.stdin?.end()
    await ended
    fs.rmSync(statePath(`logs/${container}.log`), { force: true })
  }
  try {
    const host = await untilServing(container, child)
    return {
      door: { host, port: 8443, name: scratchHost, authority: authority.certificate },
      container,
      close,
    }
  } catch (error) {
    child.stdin?.end()
    await ended
    throw error
  }
}
