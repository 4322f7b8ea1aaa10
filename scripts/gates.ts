// gates: holds what is about to be committed or pushed against the checks that take seconds
//
// Usage: node scripts/gates.ts pre-commit|pre-push, by the hooks in .githooks
import fs from 'node:fs'
import { runVerb, UsageError } from './lib/errors.ts'
import { copiesOfPushed, copyOfIndex } from './lib/gates/copies.ts'
import { quickChecks } from './lib/gates/quick.ts'

await runVerb('gates', async () => {
  const [hook] = process.argv.slice(2)
  if (hook !== 'pre-commit' && hook !== 'pre-push')
    throw new UsageError('which hook asks? pre-commit or pre-push')
  const copies = hook === 'pre-commit' ? [copyOfIndex()] : copiesOfPushed(fs.readFileSync(0, 'utf8'))
  try {
    for (const copy of copies) {
      const failed = (await quickChecks(copy)).filter(({ verdict }) => verdict !== 'passed')
      for (const { name, verdict, evidence, remedy } of failed) {
        console.error(`  ✗ ${name} ${verdict}: ${evidence}`)
        if (remedy) console.error(`      → ${remedy}`)
      }
      if (failed.length > 0) process.exitCode = 1
    }
  } finally {
    for (const { folder } of copies) fs.rmSync(folder, { recursive: true })
  }
})
