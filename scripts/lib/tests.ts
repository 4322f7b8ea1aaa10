import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { root, statePath } from './settings.ts'

/** What a part of the tests came to. */
export interface Outcome {
  passed: number
  failed: number
  skipped: number
  /** One line for each failure: a test's full name and the reason, or why the part could not run. */
  failures: string[]
  /** One line for each test that passed only when it was tried again: its full name, and why the first try failed. */
  secondTries: string[]
}

/** An outcome without any test. */
const none = (): Outcome => ({ passed: 0, failed: 0, skipped: 0, failures: [], secondTries: [] })

/** What keeps a part from running is one failure. */
export const didNotRun = (reason: string): Outcome => ({ ...none(), failed: 1, failures: [reason] })

/** A command's place in the logs, relative to the checkout. */
export const logName = (part: string) => `.dway/logs/test-${part}.log`

/**
 * Runs a command in the checkout with all its output in the part's log.
 * @param signal ends the command
 * @returns its exit code; 1 if a signal ended it
 */
export function runLogged(
  part: string,
  words: readonly string[],
  signal: AbortSignal,
  append = false,
): Promise<number> {
  const [command = '', ...args] = words
  const log = fs.openSync(statePath(`logs/test-${part}.log`), append ? 'a' : 'w')
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', log, log],
      signal,
      killSignal: 'SIGTERM',
    })
    child.on('error', reject)
    child.on('close', (code) => {
      fs.closeSync(log)
      resolve(code ?? 1)
    })
  })
}

/** The outcome of a tool that says yes or no by its exit code. */
export function verdictOf(part: string, code: number): Outcome {
  return code === 0 ? { ...none(), passed: 1 } : didNotRun(`${part}: exit code ${code}`)
}

/** In characters: a reason may quote whole logs. */
const LONGEST_REASON = 500

interface VitestReport {
  success: boolean
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

/** A test's name with the first line of why its first try failed. */
function withReason(name: string, [message = '']: readonly string[]): string {
  const reason = stripVTControlCharacters(message).split('\n')[0]?.slice(0, LONGEST_REASON)
  return reason ? `${name}: ${reason}` : name
}

/**
 * The outcome of a vitest run, from its JSON report. A file that does not load, an error outside of any test and
 * a run without tests each count as a failure, so that none of them looks like success.
 * @param text the report, or undefined if none was written
 * @param code vitest's exit code
 */
export function readVitestReport(text: string | undefined, code: number): Outcome {
  const outcome = none()
  const fail = (reason: string) => {
    outcome.failed += 1
    outcome.failures.push(reason)
  }
  if (text === undefined) {
    fail(`vitest ended without a report (exit code ${code})`)
    return outcome
  }
  const { testResults } = JSON.parse(text) as VitestReport
  for (const file of testResults) {
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      if (status === 'passed') {
        outcome.passed += 1
        // What vitest keeps of a test that passed is why the try before did not.
        if (failureMessages.length > 0) outcome.secondTries.push(withReason(fullName, failureMessages))
      } else if (status === 'failed') fail(withReason(fullName, failureMessages))
      else outcome.skipped += 1
    }
    if (file.assertionResults.length === 0)
      fail(`${file.name}: ${file.message.split('\n')[0] || 'no test in it'}`)
  }
  if (outcome.passed + outcome.failed === 0) fail('no test ran')
  else if (code !== 0 && outcome.failed === 0)
    fail(`vitest reports an error outside of the tests (exit code ${code})`)
  return outcome
}

/** Adds up outcomes. */
export function sum(outcomes: readonly Outcome[]): Outcome {
  const total = none()
  for (const { passed, failed, skipped, failures, secondTries } of outcomes) {
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    total.failures.push(...failures)
    total.secondTries.push(...secondTries)
  }
  return total
}

/** The last lines of a part's log, without colours. */
export function endOfLog(part: string, lines = 60): string {
  const text = stripVTControlCharacters(fs.readFileSync(statePath(`logs/test-${part}.log`), 'utf8'))
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
