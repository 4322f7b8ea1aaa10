import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { names, statePath } from './settings.ts'
import { $ } from './shell.ts'
import { ensureToolImage } from './tool-images.ts'

/** What sslyze says of a host that is as the profile wants it. */
export const COMPLIANT = 'OK - Compliant.'

/** Where hosts answer, and by which authority, PEM. */
interface Server {
  address: string
  port: number
  authority: string
}

/**
 * Holds hosts against Mozilla's profile "intermediate".
 * @returns what sslyze says of each: COMPLIANT and nothing else, or what is wrong
 */
export async function againstMozilla(
  { address, port, authority }: Server,
  hosts: readonly string[],
): Promise<Record<string, string>> {
  const image = await ensureToolImage('sslyze')
  const file = statePath(`sslyze-${randomBytes(4).toString('hex')}.pem`)
  fs.writeFileSync(file, authority)
  const inContainer = [
    ...[
      'run',
      '--rm',
      '--network',
      names.network,
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
    ],
    ...hosts.flatMap((host) => ['--add-host', `${host}:${address}`]),
    ...['--mount', `type=bind,source=${file},target=/authority.pem,readonly`],
  ]
  const options = ['--quiet', '--mozilla_config', 'intermediate', '--certinfo_ca_file', '/authority.pem']
  const targets = hosts.map((host) => `${host}:${port}`)
  try {
    // Its exit code is 0 also where it reached nobody.
    const { stdout } = await $`docker ${inContainer} ${image} ${options} ${targets}`.nothrow()
    return Object.fromEntries(hosts.map((host) => [host, verdict(stdout, `${host}:${port}`)]))
  } finally {
    fs.rmSync(file)
  }
}

/** What follows a target's name, to the next empty line. */
function verdict(report: string, target: string): string {
  const [, after] = report.split(`    ${target}: `)
  return after?.split('\n\n')[0]?.replace(/\s+/g, ' ').trim() ?? 'not held against it'
}
