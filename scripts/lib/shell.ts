import { $ as zx, type ProcessPromise, ProcessOutput } from 'zx'
import { UserError } from './errors.ts'
import { refuseIfEnding } from './on-exit.ts'
import { names } from './settings.ts'

/** zx, silent: output belongs to whoever asks for it. */
export const $ = zx({ quiet: true, nothrow: false })

/**
 * Runs kubectl against this checkout's cluster and no other.
 * @throws UserError for work that goes on while it is cleaned up behind it
 */
export function kubectl(args: readonly string[], input?: string | Buffer): ProcessPromise {
  refuseIfEnding()
  const words = ['--context', names.context, ...args]
  return input === undefined ? $`kubectl ${words}` : $({ input })`kubectl ${words}`
}

/** kubectl in the bank's namespace. */
export function kubectlBank(args: readonly string[], input?: string | Buffer): ProcessPromise {
  return kubectl(['--namespace', names.namespace, ...args], input)
}

/** The parsed answer of a kubectl get. The caller says what shape it expects; the API server guarantees it. */
export async function getJson<T>(args: readonly string[]): Promise<T> {
  const { stdout } = await kubectl(['get', '--output', 'json', ...args])
  return JSON.parse(stdout) as T
}

/** The last line that a failed command printed, for a one-line error. */
export function lastLine(error: unknown): string {
  if (error instanceof ProcessOutput) {
    const text = `${error.stdout}\n${error.stderr}`.trim()
    return text.split('\n').at(-1) || `it ended with ${error.exitCode ?? error.signal ?? 'nothing'}`
  }
  return error instanceof Error ? error.message : String(error)
}

/** Awaits a command; if it fails, throws a one-line error that begins with `what`. */
export async function must(what: string, command: ProcessPromise): Promise<ProcessOutput> {
  try {
    return await command
  } catch (error) {
    throw new UserError(`${what}: ${lastLine(error)}`, { cause: error })
  }
}

/** Whether a workload of the bank, as `deployment/api`, is there. */
export async function workloadExists(workload: string): Promise<boolean> {
  const get = kubectlBank(['get', workload, '--ignore-not-found', '--output', 'name'])
  return (await must(`${workload} was not looked for`, get)).stdout.trim() !== ''
}

/** Whether a command succeeds. */
export async function succeeds(command: ProcessPromise): Promise<boolean> {
  return (await command.nothrow()).exitCode === 0
}
