// shell: opens a shell in the toolbox, with kubectl, tilt, psql and redis-cli in it
//
// Usage: ./dway shell [--] [COMMAND…]
//
// With words after it, runs them as a command instead. After --, words that begin with dashes are the command's.
import { spawnSync } from 'node:child_process'
import { runVerb, UserError } from './lib/errors.ts'

await runVerb('shell', async () => {
  const words = process.argv.slice(2)
  const [command = 'bash', ...args] = words[0] === '--' ? words.slice(1) : words
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error)
    throw new UserError(`${command} does not run (${error.message}); for more than one command use bash -c`, {
      cause: error,
    })
  process.exitCode = status ?? 1
})
