import fs from 'node:fs'
import path from 'node:path'
import { stateFolder } from '../settings.ts'
import { copyWorkingTree } from '../working-tree.ts'

/**
 * Copies the working tree: what is validated is what somebody could commit.
 * @returns the copy's folder, below .dway, where the engine can mount it
 */
export function copyTree(name: string): string {
  const copy = path.join(stateFolder, 'validate', name)
  fs.rmSync(copy, { recursive: true, force: true })
  copyWorkingTree(copy)
  return copy
}

/** The files of a copied tree, relative to it. */
export const filesIn = (tree: string): string[] =>
  fs
    .readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)))
    .sort()
