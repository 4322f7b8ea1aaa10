import { kubectlBank, must } from './shell.ts'

/**
 * Runs commands, one a line, in the pod of Redis and returns what they printed.
 * @throws UserError beginning with `what`, if one of them fails
 */
export async function runRedis(what: string, commands: readonly string[]): Promise<string> {
  const input = commands.map((command) => `${command}\n`).join('')
  const exec = ['exec', '--stdin', 'redis-0', '--container', 'redis', '--', 'redis-cli', '-e']
  return (await must(what, kubectlBank(exec, input))).stdout.trim()
}
