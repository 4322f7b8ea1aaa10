import fs from 'node:fs'
import { SurroundingsError } from './errors.ts'
import { faultIn } from './surroundings.ts'
import { $ } from './shell.ts'

/**
 * State of a container of this checkout: undefined if there is none of that name.
 * @throws SurroundingsError if the engine does not answer
 */
export async function containerState(name: string): Promise<'running' | 'stopped' | undefined> {
  const output = await $`docker inspect --format ${'{{.State.Running}}'} ${name}`.nothrow()
  const fault = faultIn(output.stderr)
  if (fault !== undefined) throw new SurroundingsError(fault, { cause: output })
  if (output.exitCode !== 0) return undefined
  return output.stdout.trim() === 'true' ? 'running' : 'stopped'
}

/** This process's user and group, for a container whose files are to be its own: `--user`. */
export const ownUser = (): string => `${process.getuid?.() ?? 1001}:${process.getgid?.() ?? 1001}`

/**
 * The container that this process runs in, by its id. The engine mounts files of its own folder for it; the host name
 * is the machine's where the container shares its network.
 */
export function ownContainer(): string {
  const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8')
  return containerIdIn(mounts) ?? fs.readFileSync('/etc/hostname', 'utf8').trim()
}

/** The id of the container whose mounts these are, if they tell it. */
export function containerIdIn(mountinfo: string): string | undefined {
  return /\/containers\/([0-9a-f]{64})\/hostname /.exec(mountinfo)?.[1]
}

/** The image of the container that this process runs in: one that is there for certain, with tools in it. */
export async function ownImage(): Promise<string> {
  return (await $`docker inspect --format ${'{{.Image}}'} ${ownContainer()}`.nothrow()).stdout.trim()
}
