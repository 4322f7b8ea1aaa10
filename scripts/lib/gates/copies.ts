import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { UserError } from '../errors.ts'
import { root } from '../settings.ts'

/** A copy of what is committed or pushed, which need not be what lies in the checkout. */
export interface Copy {
  folder: string
  /** What changed in it, without what was deleted. */
  changed: string[]
}

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** git in the checkout, whatever a hook's environment says of another one. */
function git(words: readonly string[], index?: string): string {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
  )
  if (index) environment['GIT_INDEX_FILE'] = path.resolve(root, index)
  const options = { cwd: root, env: environment, encoding: 'utf8', maxBuffer: 1 << 28 } as const
  const { status, stdout, stderr } = spawnSync('git', words, options)
  if (status !== 0) throw new UserError(`git ${words[0]} failed: ${stderr.trim().split('\n').at(-1)}`)
  return stdout
}

const exists = (commit: string) => {
  try {
    git(['cat-file', '-e', `${commit}^{commit}`])
    return true
  } catch {
    return false
  }
}

const lines = (text: string) => text.split('\0').filter(Boolean)
const names = (from: string, ...to: string[]) => ['diff', '--name-only', '-z', '--diff-filter=d', ...to, from]

function copyTo(write: (folder: string) => string[]): Copy {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gates-'))
  const changed = write(folder)
  fs.symlinkSync(fs.realpathSync(path.join(root, 'node_modules')), path.join(folder, 'node_modules'))
  return { folder, changed }
}

/** What the index holds. */
export function copyOfIndex(): Copy {
  const index = process.env['DWAY_GIT_INDEX']
  return copyTo((folder) => {
    git(['checkout-index', '--all', `--prefix=${folder}/`], index)
    return lines(git(names(exists('HEAD') ? 'HEAD' : EMPTY_TREE, '--cached'), index))
  })
}

/** The newest commit that the other side has of this one's history, as far as it is known here. */
function knownThere(commit: string, there: string): string {
  if (!/^0+$/.test(there) && exists(there)) return there
  return exists('origin/main') ? git(['merge-base', 'origin/main', commit]).trim() : EMPTY_TREE
}

/** What git says on a pre-push hook's standard input, commit by commit. */
export function copiesOfPushed(input: string): Copy[] {
  const refs = input
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, commit = '']) => /[1-9a-f]/.test(commit))
  return refs.map(([, commit = '', , there = '']) =>
    copyTo((folder) => {
      const index = path.join(folder, '.git-index')
      git(['read-tree', commit], index)
      git(['checkout-index', '--all', `--prefix=${folder}/`], index)
      fs.rmSync(index)
      return lines(git([...names(knownThere(commit, there)), commit]))
    }),
  )
}
