import fs from 'node:fs'
import path from 'node:path'
import { root, stateFolder } from '../settings.ts'
import { $ } from '../shell.ts'

/**
 * Copies what git knows of the working tree, or would add: what is validated is what somebody could commit.
 * @returns the copy's folder, below .dway, where the engine can mount it
 */
export async function copyTree(name: string): Promise<string> {
  const copy = path.join(stateFolder, 'validate', name)
  fs.rmSync(copy, { recursive: true, force: true })
  const list = await $`git -C ${root} ls-files -z --cached --others --exclude-standard`
  for (const file of new Set(list.stdout.split('\0').filter(Boolean))) {
    const from = path.join(root, file)
    // One that was deleted and not committed is listed, too.
    if (!fs.existsSync(from) || fs.lstatSync(from).isDirectory()) continue
    fs.mkdirSync(path.dirname(path.join(copy, file)), { recursive: true })
    fs.cpSync(from, path.join(copy, file), { verbatimSymlinks: true })
  }
  return copy
}

/** The files of a copied tree, relative to it. */
export const filesIn = (tree: string): string[] =>
  fs
    .readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)))
    .sort()
