import fs from 'node:fs'
import path from 'node:path'
import type { Dockerfile } from '../dockerfiles.ts'
import { finding, type Finding } from '../finding.ts'
import { runScanner } from '../scanners.ts'
import { filesIn } from '../tree.ts'

interface Remark {
  file: string
  line: number
  /** Of hadolint DL3003, of ShellCheck the number 2034. */
  code: string | number
  level: string
  message: string
}

/**
 * What a linter said: that it read a file, and a finding for each rule that the file breaks. It also says something of files
 * that it was not given, if others source them.
 */
export function findingsOf(linter: string, files: readonly string[], remarks: readonly Remark[]): Finding[] {
  const read = new Set([...files, ...remarks.map(({ file }) => file)])
  return [...read].flatMap((file) => {
    const own = remarks.filter((remark) => remark.file === file)
    const codes = [...new Set(own.map(({ code }) => (typeof code === 'number' ? `SC${code}` : code)))]
    const ran = finding(`${linter}-ran`, file, 'passed', `it was read: ${own.length} remarks`)
    const remarked = codes.map((code) => {
      const lines = own.filter((remark) => code === remark.code || code === `SC${remark.code}`)
      const evidence = lines.map(({ line, message }) => `line ${line}: ${message}`).join('\n')
      return finding(
        `${linter}-${code.toLowerCase()}`,
        file,
        'failed',
        evidence,
        `mend it; ${code} is explained on the linter's own pages`,
      )
    })
    return [ran, ...remarked]
  })
}

/** What hadolint says of Dockerfiles; its comments that silence it count for nothing. */
export async function lintDockerfiles(tree: string, dockerfiles: readonly Dockerfile[]): Promise<Finding[]> {
  const files = dockerfiles.map(({ file }) => file)
  const options = ['--config', '/dev/null', '--disable-ignore-pragma', '--no-fail', '--format', 'json']
  const { stdout, stderr } = await runScanner(
    ['sh', '-c', 'cd /tree && exec hadolint "$@"', 'sh', ...options, ...files],
    { reads: { '/tree': tree } },
  )
  return findingsOf('hadolint', files, parse(stdout, stderr, 'hadolint'))
}

/** What ShellCheck says of every shell script of the tree. */
export async function lintScripts(tree: string): Promise<Finding[]> {
  // A part without that first line is read where it is sourced.
  const isScript = (file: string) =>
    /^#!.*\b(ba)?sh\n/.test(fs.readFileSync(path.join(tree, file), 'utf8').slice(0, 60))
  const files = filesIn(tree).filter(isScript)
  const options = [
    '--norc',
    '--external-sources',
    '--check-sourced',
    '--severity',
    'warning',
    '--format',
    'json',
  ]
  const { stdout, stderr } = await runScanner(
    ['sh', '-c', 'cd /tree && exec shellcheck "$@"', 'sh', ...options, ...files],
    { reads: { '/tree': tree } },
  )
  return findingsOf('shellcheck', files, parse(stdout, stderr, 'ShellCheck'))
}

function parse(stdout: string, stderr: string, linter: string): Remark[] {
  try {
    return JSON.parse(stdout) as Remark[]
  } catch (error) {
    throw new Error(`${linter} gave no answer: ${stderr.trim().split('\n').at(-1)}`, { cause: error })
  }
}
