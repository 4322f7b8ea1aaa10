import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { root } from './settings.ts'

/** Copies what git knows of the working tree, or would add, committed or not: what somebody could commit. */
export function copyWorkingTree(target: string): void {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  for (const file of new Set(files)) {
    const source = path.join(root, file)
    // A file that was deleted but not yet committed is still listed.
    if (!fs.existsSync(source) || fs.lstatSync(source).isDirectory()) continue
    fs.mkdirSync(path.dirname(path.join(target, file)), { recursive: true })
    fs.cpSync(source, path.join(target, file), { verbatimSymlinks: true })
  }
}
