// Installs in an image what the lockfile says, and ends with one line on what is wrong if that can't be. The words
// after it are npm's; with --check alone it only compares the files.
import { spawn } from 'node:child_process'
import { explainNpm } from './npm-error.ts'
import { lockfileProblem } from './lockfile.ts'

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}

/** Runs `npm ci`, passing on what it prints. */
function npmCi(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['ci', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.setEncoding('utf8').on('data', (text: string) => {
        output += text
        to.write(text)
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

const args = process.argv.slice(2)
const problem = lockfileProblem(process.cwd())
if (problem !== undefined) fail(problem)
else if (!args.includes('--check')) {
  const { code, output } = await npmCi(args)
  if (code !== 0) fail(explainNpm(output))
}
