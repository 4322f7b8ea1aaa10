import path from 'node:path'
import { UsageError } from './errors.ts'
import { root } from './settings.ts'

/**
 * The path of a file that somebody keeps, which must be in the checkout: what is written beside it ends with the toolbox.
 * @throws UsageError if it is outside
 */
export function checkoutFile(file: string): string {
  const full = path.resolve(root, file)
  if (full.startsWith(root + path.sep)) return full
  throw new UsageError(`${file} is not in the checkout: give a path in it, and copy the file from there`)
}
