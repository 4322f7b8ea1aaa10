import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { clusterOf, root, statePath } from '../../scripts/lib/settings.ts'
import { copyWorkingTree } from '../../scripts/lib/working-tree.ts'

/** What a command of the trial bank came to. */
export interface Ended {
  exitCode: number
  stdout: string
  stderr: string
  seconds: number
}

/** The scratch checkout: below the state folder, so that the toolbox sees it under the engine's own path. */
export const trialRoot = path.join(root, '.dway/trial')

const name = clusterOf(trialRoot)

/** The names of the trial bank's cluster, which are derived from its path as those of any checkout. */
export const trialNames = { cluster: name, context: `kind-${name}`, namespace: 'dwaybank' } as const

/** What the trial bank's commands have in their environment: nothing of it touches the developer's own bank. */
export const trialEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  KUBECONFIG: path.join(trialRoot, '.dway/kubeconfig.yaml'),
  TILT_PORT: '10360',
  // Below the tests' own limit, so that a bank that does not come up says why.
  DWAY_UP_TIMEOUT: '400',
  NO_COLOR: '1',
}

/** Runs a program in the scratch checkout. */
export function inTrial(program: string, args: readonly string[], input = ''): Promise<Ended> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: trialRoot, env: trialEnvironment })
    const ended: Ended = { exitCode: 1, stdout: '', stderr: '', seconds: 0 }
    child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()))
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ ...ended, exitCode: code ?? 1, seconds: (performance.now() - started) / 1000 }),
    )
  })
}

/** Runs a verb of ./dway on the trial bank. */
export function dway(verb: string, ...args: string[]): Promise<Ended> {
  return inTrial('node', [path.join(trialRoot, `scripts/${verb}.ts`), ...args])
}

/** Runs kubectl on the trial bank's namespace. */
export function trialKubectl(args: readonly string[], input?: string): Promise<Ended> {
  return inTrial('kubectl', ['--context', trialNames.context, '--namespace', 'dwaybank', ...args], input)
}

/** @throws Error with what the command printed, unless it succeeded */
export function succeeded(what: string, ended: Ended): Ended {
  if (ended.exitCode !== 0) throw new Error(`${what}: exit code ${ended.exitCode}\n${ended.stderr}`)
  return ended
}

/** A path in the scratch checkout. */
export function trialPath(...parts: string[]): string {
  return path.join(trialRoot, ...parts)
}

/** Replaces the one place where a file of the scratch checkout has the given text. */
export function editTrial(file: string, from: string, to: string): void {
  const before = fs.readFileSync(trialPath(file), 'utf8')
  if (before.split(from).length !== 2) throw new Error(`${file} does not have '${from}' exactly once`)
  fs.writeFileSync(
    trialPath(file),
    before.replace(from, () => to),
  )
}

/** git in the scratch checkout, whose hooks would refuse edits that are broken on purpose. */
export function trialGit(...args: string[]): string {
  const settings = [
    'user.name=trial',
    'user.email=trial@dwaybank.invalid',
    // Where git puts samples alone.
    'core.hooksPath=.git/hooks',
  ].flatMap((setting) => ['-c', setting])
  return execFileSync('git', [...settings, ...args], { cwd: trialRoot, encoding: 'utf8' })
}

/** Puts every file of the scratch checkout back to what it was when it was made. */
export function resetTrial(): void {
  // Edits may have been committed on any branch.
  trialGit('checkout', '--quiet', '--force', '-B', 'trial', 'as-it-was')
  trialGit('clean', '--quiet', '-d', '--force')
}

/** Makes the scratch checkout: the working tree's files, committed or not, and what ./dway has prepared. */
export function makeTrialCheckout(): void {
  fs.rmSync(trialRoot, { recursive: true, force: true })
  copyWorkingTree(trialRoot)
  fs.mkdirSync(trialPath('.dway/logs'), { recursive: true })
  for (const file of ['toolchain-tag', 'source', 'Dockerfile'])
    fs.copyFileSync(statePath(file), trialPath('.dway', file))
  for (const folder of ['host', 'empty'])
    fs.cpSync(statePath(folder), trialPath('.dway', folder), { recursive: true })
  // What watches the bank is tried on the developer's own bank.
  fs.writeFileSync(trialPath('.dway/profile'), 'core\n')
  fs.symlinkSync('/opt/dway/node_modules', trialPath('node_modules'))
  trialGit('init', '--quiet', '--initial-branch', 'trial')
  trialGit('add', '--all')
  trialGit('commit', '--quiet', '--message', 'as it was')
  trialGit('tag', 'as-it-was')
}

/** Takes the trial bank down and deletes its checkout; nothing happens if there is none. */
export async function removeTrial(): Promise<void> {
  if (!fs.existsSync(trialRoot)) return
  succeeded('the trial bank was not taken down', await dway('down', '--yes', '--volumes'))
  fs.rmSync(trialRoot, { recursive: true, force: true })
}
