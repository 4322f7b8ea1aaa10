// npm: changes which npm packages the bank is made of
//
// Usage: ./dway npm COMMAND [ARGS…]
//
// For example: ./dway npm install, after package.json was edited or package-lock.json was merged;
// ./dway npm install --workspace=services/api NAME@VERSION; ./dway npm view NAME versions.
//
// Changes package.json and package-lock.json alone: packages are installed in images, by the lockfile. It needs
// neither the toolbox nor a lockfile that is in step, so it works when nothing else does. Commands: install,
// uninstall, update, dedupe, audit, view, ls, pkg.
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
// Nothing here may need a package: the image that runs it has none.
import { lockfileProblem } from '../services/npm-ci/lockfile.ts'
import { explainNpm } from '../services/npm-ci/npm-error.ts'
import { UsageError, UserError, runVerb } from './lib/errors.ts'
import { npmWords } from './lib/npm-words.ts'

const root = path.resolve(import.meta.dirname, '..')
const file = (name: string) => path.join(root, name)

/** What npm writes, to see whether it did. */
function packageFiles(): string {
  const { workspaces = [] } = readJson<{ workspaces?: string[] }>('package.json') ?? {}
  const names = [
    'package-lock.json',
    ...['', ...workspaces].map((folder) => path.join(folder, 'package.json')),
  ]
  return names
    .map((name) => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), 'utf8') : ''))
    .join('\0')
}

function readJson<T>(name: string): T | undefined {
  try {
    return JSON.parse(fs.readFileSync(file(name), 'utf8')) as T
  } catch {
    // Whatever is wrong with it, npm or the check afterwards says so.
    return undefined
  }
}

/** The host's settings for registries: read from their file, so that nothing of them is in an argument or a log. */
function environment(): NodeJS.ProcessEnv {
  const settings = file('.dway/host/npmrc')
  return fs.existsSync(settings) ? { ...process.env, NPM_CONFIG_USERCONFIG: settings } : process.env
}

/**
 * In the toolbox of a checkout that belongs to somebody else, as one of root's does, becomes its owner for this.
 * @returns the exit code of that call, or undefined if this process may write by itself
 */
function runAsOwner(): number | undefined {
  const { uid, gid } = fs.statSync(file('package.json'))
  if (process.getuid?.() === uid || process.getuid?.() === 0 || process.env['DWAY_TOOLBOX'] === undefined)
    return
  const names = Object.keys(process.env).filter((name) =>
    /^(DWAY_|HTTPS?_PROXY$|NO_PROXY$|NODE_USE_SYSTEM_CA$)/.test(name),
  )
  const owner = ['--user', `#${uid}`, '--group', `#${gid}`, `--preserve-env=${names.join(',')}`]
  const words = [process.execPath, ...process.argv.slice(1)]
  return spawnSync('sudo', [...owner, 'env', 'HOME=/tmp', ...words], { stdio: 'inherit' }).status ?? 1
}

/** Runs npm, passing on what it prints. */
function npm(words: readonly string[]): Promise<{ code: number; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', words, { stdio: ['inherit', 'inherit', 'pipe'], env: environment() })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
      process.stderr.write(text)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, errors }))
  })
}

await runVerb('npm', async () => {
  const words = npmWords(process.argv.slice(2))
  if (words === undefined) throw new UsageError('say what npm should do: see ./dway npm --help')
  const other = runAsOwner()
  if (other !== undefined) {
    process.exitCode = other
    return
  }
  const before = packageFiles()
  const { code, errors } = await npm(words)
  // What only looks may end with a code of its own, as npm audit does.
  if (code !== 0 && /^npm error code /m.test(errors)) throw new UserError(explainNpm(errors))
  process.exitCode = code
  if (packageFiles() === before) return
  const problem = lockfileProblem(root)
  if (problem !== undefined) throw new UserError(problem)
  console.error(
    'package-lock.json is in step. Tilt, if it runs, builds the images anew; ./dway up does it for the toolbox.',
  )
})
