import { setTimeout as sleep } from 'node:timers/promises'
import { kubectlBank } from '../shell.ts'
import type { Cause, Finding } from './finding.ts'

const LOG_LINES = 30
const SHOWN_LINES = 4

/** The last lines of a container's log that are not empty; none if it has no log yet. */
export async function containerLog({
  pod,
  container,
  previous,
}: NonNullable<Finding['log']>): Promise<string[]> {
  const which = ['logs', pod, '--container', container, '--tail', String(LOG_LINES)]
  const output = await kubectlBank(previous ? [...which, '--previous'] : which).nothrow()
  if (output.exitCode !== 0 && previous) return containerLog({ pod, container, previous: false })
  return output.stdout.split('\n').filter((line) => line.trim() !== '')
}

/** What a log says in words that are the same whichever service writes them. */
const TELLING: readonly { cause: Cause; pattern: RegExp }[] = [
  {
    cause: 'volume-full',
    pattern: /no space left on device|ENOSPC|disk quota exceeded|database or disk is full/i,
  },
  {
    cause: 'no-dns',
    pattern: /EAI_AGAIN|didn't resolve|temporary failure in name resolution/i,
  },
]

/** Causes of which a container died, with words of its own. */
const ENDED: readonly Cause[] = ['crash', 'migration-failed']

/** Time and process before a message, as PostgreSQL and others write them. */
const STAMP = /^\[?\d{4}-\d\d-\d\d[ T][\d:.,]+( ?(UTC|Z|[+-]\d{4}))?\]? (\[\d+\] )?/

/** The message of a line, which may be a JSON object. */
function messageOf(line: string): string {
  if (!line.startsWith('{')) return line.trim().replace(STAMP, '')
  try {
    const { msg, message, err } = JSON.parse(line) as Record<string, unknown>
    const text = [msg ?? message, (err as { message?: string } | undefined)?.message]
    return text.filter((one) => typeof one === 'string' && one !== '').join(': ') || line
  } catch {
    return line
  }
}

const ERROR = /error|fatal|panic|exception|cannot|can't|failed|denied|refused|not found/i

/** The line that tells most about a crash: the last that speaks of an error, not of the stack below it. */
export function lastWords(lines: readonly string[]): string | undefined {
  const spoken = lines.filter((line) => !/^\s+at |^node:internal|^\s*[\^}]|^Node\.js v/.test(line))
  const line = spoken.findLast((text) => ERROR.test(text)) ?? spoken.at(-1)
  return line === undefined ? undefined : messageOf(line)
}

/** What the log makes of a finding: another cause, if it names one, and the lines that show it. */
export function explainedBy(finding: Finding, lines: readonly string[]): Finding {
  const { cause, evidence } = finding
  for (const { cause: told, pattern } of TELLING) {
    const line = lines.findLast((text) => pattern.test(text))
    if (line)
      return { ...finding, cause: told, message: messageOf(line), evidence: [...evidence, messageOf(line)] }
  }
  const shown = [...new Set(lines.map(messageOf))].slice(-SHOWN_LINES)
  const message = ENDED.includes(cause) ? lastWords(lines) : undefined
  return { ...finding, ...(message === undefined ? {} : { message }), evidence: [...evidence, ...shown] }
}

/** The last words of a container may come after the news of its end. */
const LATE_MS = 3000

/** Asks the container's log, if there is one, what a finding really is. */
export async function explain(finding: Finding): Promise<Finding> {
  if (!finding.log || finding.cause === 'out-of-memory') return finding
  const deadline = performance.now() + (ENDED.includes(finding.cause) ? LATE_MS : 0)
  let lines = await containerLog(finding.log)
  while (lines.length === 0 && performance.now() < deadline) {
    await sleep(300)
    lines = await containerLog(finding.log)
  }
  return explainedBy(finding, lines)
}
