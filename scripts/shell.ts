// shell: opens a shell in the toolbox, where kubectl, tilt, psql and redis-cli work
//
// Usage: ./dway shell [COMMAND…]
//
// With words after it, runs them as a command instead.
import { spawnSync } from 'node:child_process'

const [command = 'bash', ...args] = process.argv.slice(2)
const { status } = spawnSync(command, args, { stdio: 'inherit' })
process.exitCode = status ?? 1
