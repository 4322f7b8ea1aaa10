import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { root, source, stateFolder, statePath } from '../../scripts/lib/settings.ts'
import { $ } from '../../scripts/lib/shell.ts'
import { copyWorkingTree } from '../../scripts/lib/working-tree.ts'
import type { Ended } from './trial.ts'

/** A checkout and a worktree of it, below the state folder: the engine knows both by the same paths. */
const folder = path.join(stateFolder, 'opened')
export const mainCheckout = path.join(folder, 'main')
export const worktree = path.join(folder, 'a worktree')

/** What a process on the host would find of its own settings: the ones that ./dway collected there. */
function hostEnvironment(): NodeJS.ProcessEnv {
  const home = path.join(folder, 'home')
  const host = path.join(stateFolder, 'host')
  const keep = (name: string, file: string) => {
    fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true })
    fs.copyFileSync(path.join(host, name), path.join(home, file))
  }
  keep('npmrc', '.npmrc')
  keep('goenv', '.config/go/env')
  keep('pip.conf', '.pip/pip.conf')
  keep('settings.xml', '.m2/settings.xml')
  fs.writeFileSync(
    path.join(home, '.gitconfig'),
    '[user]\n\tname = Edith Editor\n\temail = edith@example.org\n',
  )
  const { PATH, HTTP_PROXY, HTTPS_PROXY, NO_PROXY } = process.env
  return {
    ...{ PATH, HTTP_PROXY, HTTPS_PROXY, NO_PROXY, HOME: home, NO_COLOR: '1' },
    DWAY_SOURCE: source(),
    DWAY_CA_CERTIFICATES: path.join(host, 'certificates'),
    APT_CONFIG: path.join(host, 'apt.conf'),
  }
}

/**
 * Runs a program as on the host: with nothing in its environment of the toolbox that the test runs in.
 * @param more variables beside the usual ones
 */
export function onHost(
  program: string,
  args: readonly string[],
  cwd: string,
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const started = performance.now()
  const env = { ...hostEnvironment(), ...more }
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended: Ended = { exitCode: 1, stdout: '', stderr: '', seconds: 0 }
    child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ ...ended, exitCode: code ?? 1, seconds: (performance.now() - started) / 1000 }),
    )
  })
}

/** The words that run the Dev Containers CLI on the worktree, as an editor does. */
function cli(command: string, args: readonly string[]): string[] {
  const program = path.join(root, 'node_modules/@devcontainers/cli/devcontainer.js')
  return [program, command, '--workspace-folder', worktree, ...args]
}

/** Runs the Dev Containers CLI on the worktree. */
export function devcontainer(command: string, ...args: string[]): Promise<Ended> {
  return onHost('node', cli(command, args), worktree)
}

/** Runs it while docker's current context points to the engine at that socket. */
export async function devcontainerAt(socket: string, command: string, ...args: string[]): Promise<Ended> {
  const words = ['context', 'create', 'elsewhere', '--docker', `host=unix://${socket}`]
  await onHost('docker', words, worktree)
  return onHost('node', cli(command, args), worktree, { DOCKER_CONTEXT: 'elsewhere' })
}

/** Makes the checkout, with the working tree's files in one commit, and the worktree. */
export async function makeWorktree(): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true })
  copyWorkingTree(mainCheckout)
  const git = (...args: string[]) => onHost('git', args, mainCheckout)
  for (const words of [
    ['init', '--quiet', '--initial-branch', 'main'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'as it was'],
    ['worktree', 'add', '--quiet', '-b', 'editing', worktree],
  ]) {
    const { exitCode, stderr } = await git(...words)
    if (exitCode !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`)
  }
  // What watches the bank is the same wherever it is opened.
  fs.mkdirSync(path.join(worktree, '.dway'), { recursive: true })
  fs.writeFileSync(path.join(worktree, '.dway/profile'), 'core\n')
}

/** Removes the containers that were made for the worktree, their images, and the checkouts. */
export async function removeWorktree(): Promise<void> {
  const filter = `label=devcontainer.local_folder=${worktree}`
  const { stdout } = await $`docker ps --all --quiet --filter ${filter} --format ${'{{.ID}} {{.Image}}'}`
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [container = '', image = ''] = line.split(' ')
    await $`docker rm --force --volumes ${container}`
    await $`docker image rm --force ${image} ${image.replace(/-uid$/, '')}`.nothrow()
  }
  fs.rmSync(folder, { recursive: true, force: true })
}

/** How long each lifecycle command took, in milliseconds, as it wrote down itself. */
export function lifecycleTimes(): Record<string, number> {
  const lines = fs.readFileSync(path.join(worktree, '.dway/logs/lifecycle.log'), 'utf8').trim().split('\n')
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', milliseconds] = line.split(' ')
      return [name, Number(milliseconds)]
    }),
  )
}

/** Keeps what a command printed beside the other logs. */
export function keepLog(name: string, { stdout, stderr }: Ended): void {
  fs.writeFileSync(statePath(`logs/devcontainer-${name}.log`), stdout + stderr)
}
