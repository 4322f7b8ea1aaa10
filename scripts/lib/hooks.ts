import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { root } from './settings.ts'
import { note } from './steps.ts'

/** Where the hooks are, from the top of each worktree. */
export const HOOKS_FOLDER = '.githooks'

const git = (folder: string, ...words: string[]) =>
  spawnSync('git', ['-C', folder, ...words], { encoding: 'utf8' })

/** What core.hooksPath says in a checkout; undefined where it says nothing, and in a folder that is no checkout. */
export function hooksPath(folder: string): string | undefined {
  if (!fs.existsSync(path.join(folder, '.git'))) return undefined
  const { status, stdout } = git(folder, 'config', '--get', 'core.hooksPath')
  return status === 0 ? stdout.trim() : undefined
}

/** Lets git run the project's hooks, unless somebody has chosen others: the bypass guard then says so. */
export function installHooks(): void {
  const found = hooksPath(root)
  if (found === HOOKS_FOLDER || !fs.existsSync(path.join(root, '.git'))) return
  if (found !== undefined) {
    note(
      `git runs the hooks in '${found}' instead of the project's: git config core.hooksPath ${HOOKS_FOLDER}`,
    )
    return
  }
  const { status, stderr } = git(root, 'config', 'core.hooksPath', HOOKS_FOLDER)
  if (status !== 0) note(`the hooks were not installed: ${stderr.trim()}`)
}
