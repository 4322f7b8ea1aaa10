import { execFileSync } from 'node:child_process'
import https from 'node:https'
import { toolchainTag } from '../../scripts/lib/settings.ts'
import { trialNames } from './trial.ts'

/** The container that is the trial bank's node. */
export const trialNode = `${trialNames.cluster}-control-plane`

/** What holds the node's port in its place. */
export const squatter = `${trialNames.cluster}-squatter`

/**
 * Runs the engine's command line.
 * @throws Error if it fails
 */
export function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' }).trim()
}

/** The port of the trial bank's front door. */
export function trialHttpsPort(): string {
  return docker('port', trialNode, '30443/tcp').split(':').at(-1) ?? ''
}

/** Kills the node and lets something else have its port, which is returned. */
export function killNodeAndTakePort(): string {
  const port = trialHttpsPort()
  docker('kill', trialNode)
  const publish = ['--publish', `127.0.0.1:${port}:1`]
  docker(
    'run',
    '--detach',
    '--name',
    squatter,
    ...publish,
    `dway/base:${toolchainTag()}`,
    'sleep',
    'infinity',
  )
  return port
}

/** Lets the port go, if it was taken. */
export function leavePort(): void {
  if (docker('ps', '--all', '--quiet', '--filter', `name=^${squatter}$`) !== '')
    docker('rm', '--force', squatter)
}

/** The status with which the trial bank's front door answers the api's own path, asked without a session. */
export function askTrial(): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'dwaybank.localhost' }
    // Whose certificate it is has tests of its own.
    const options = { host: trialNode, port: 30443, path: '/api/me', headers, rejectUnauthorized: false }
    https
      .get({ ...options, servername: headers.host, agent: false, timeout: 10_000 }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      .on('error', reject)
      .on('timeout', () => reject(new Error('the front door does not answer')))
  })
}
