import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { root } from './lib/settings.ts'

const IMPORT = /^(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?'(\.[^']+\.ts)'/gm

/** A file and all that is loaded with it, relative to the checkout. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  for (const [, from = ''] of text.matchAll(IMPORT)) loadedWith(path.join(path.dirname(file), from), seen)
  return seen
}

const sourcesIn = (files: Iterable<string>) =>
  [...files].filter((file) => /^services\/(api|web)\/src\//.test(file))

// A developer may have deleted or broken any of them: these say so, or heal it.
it.each(['connect', 'down', 'logs', 'prepare', 'prune', 'sources', 'status', 'up'])(
  '%s loads nothing of what the bank is edited in',
  (verb) => {
    const files = loadedWith(`scripts/${verb}.ts`)
    expect(files.size).toBeGreaterThan(5)
    expect(sourcesIn(files)).toEqual([])
  },
)

it('what a verb loads of them would be found', () => {
  expect(sourcesIn(loadedWith('scripts/ledger.ts'))).toContain('services/api/src/ledger/audit-judge.ts')
})
