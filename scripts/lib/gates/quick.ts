import { spawn } from 'node:child_process'
import path from 'node:path'
import { findBypasses } from '../bypasses/find.ts'
import type { Check } from '../report.ts'
import type { Copy } from './copies.ts'

const LINTED = /\.(ts|tsx|js|cjs|mjs)$/

/** Runs one of the project's packages in the copy, on the files. */
function tool(name: string, program: string, words: readonly string[], { folder }: Copy): Promise<Check> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join('node_modules', program), ...words], { cwd: folder })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (output += text.toString().replaceAll(`${folder}/`, '')))
    child.on('error', (error) => resolve({ name, verdict: 'could not verify', evidence: error.message }))
    child.on('close', (code) =>
      resolve({ name, verdict: code === 0 ? 'passed' : 'failed', evidence: output.trim() }),
    )
  })
}

const nothing = (name: string): Check => ({ name, verdict: 'passed', evidence: 'no such file changed' })

/** ESLint on files of the page and of everything else side by side: reading the types of each takes seconds. */
async function lint(copy: Copy): Promise<Check[]> {
  const code = copy.changed.filter((file) => LINTED.test(file))
  const isPage = (file: string) => file.startsWith('services/web/')
  const groups = [code.filter(isPage), code.filter((file) => !isPage(file))].filter(
    (files) => files.length > 0,
  )
  if (groups.length === 0) return [nothing('ESLint')]
  return Promise.all(
    groups.map((files) => tool('ESLint', 'eslint/bin/eslint.js', ['--no-warn-ignored', ...files], copy)),
  )
}

/** The checks that take seconds: known bypasses in all of it, ESLint and prettier on what changed. */
export async function quickChecks(copy: Copy): Promise<Check[]> {
  const { changed, folder } = copy
  const [linted, format, findings] = await Promise.all([
    lint(copy),
    changed.length === 0
      ? nothing('prettier')
      : tool('prettier', 'prettier/bin/prettier.cjs', ['--check', '--ignore-unknown', ...changed], copy),
    findBypasses(folder),
  ])
  const remedied = { ...format, remedy: './dway shell npm run format' }
  return [...findings, remedied, ...linted]
}
