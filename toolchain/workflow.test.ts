import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../scripts/lib/settings.ts'

interface Job {
  'timeout-minutes'?: number
  permissions?: object
  strategy?: { matrix?: Record<string, string[]> }
  steps: { uses?: string; run?: string }[]
}
interface Workflow {
  on: object
  permissions?: Record<string, string>
  concurrency?: { group: string; 'cancel-in-progress': boolean }
  jobs: Record<string, Job>
}

const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8')
const text = read('.github/workflows/ci.yml')

/** What is wrong with a workflow. */
function problems(workflow: string): string[] {
  const { on, permissions = { all: 'write' }, concurrency, jobs } = parse(workflow) as Workflow
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  const check = (good: boolean, problem: string) => (good ? [] : [problem])
  return [
    ...check(!('pull_request_target' in on), 'a stranger would run with secrets'),
    ...check(JSON.stringify(permissions) === '{"contents":"read"}', 'it may do more than read'),
    ...check(
      Object.values(jobs).every((job) => job.permissions === undefined),
      'a job may do more',
    ),
    ...check(concurrency?.['cancel-in-progress'] === true, 'an old run goes on beside a new one'),
    ...check(
      Object.values(jobs).every((job) => job['timeout-minutes'] === 90),
      'it has no end',
    ),
    ...check(
      steps.some(({ run }) => run === 'bash .ci/run'),
      '.ci/run is not called',
    ),
    ...check(
      steps.every(({ uses = '' }) => uses === '' || /@[0-9a-f]{40}$/.test(uses)),
      'an action is not pinned',
    ),
    // An expression in a script is code that a pull request's title can write.
    ...check(
      steps.every(({ run = '' }) => !run.includes('${{')),
      'an expression stands in a script',
    ),
  ]
}

describe('the workflow of CI', () => {
  it('calls .ci/run, may only read, ends in time, and uses nothing that can be moved', () => {
    expect(problems(text)).toEqual([])
  })

  it.each([
    ['contents: read', 'contents: write', 'it may do more than read'],
    ['permissions: { contents: read }\n', '', 'it may do more than read'],
    ['cancel-in-progress: true', 'cancel-in-progress: false', 'an old run goes on beside a new one'],
    ['    timeout-minutes: 90\n', '', 'it has no end'],
    ['bash .ci/run', 'npm test', '.ci/run is not called'],
    ['- run: bash .ci/run', '- run: bash .ci/run\n      - uses: actions/cache@v4', 'an action is not pinned'],
    [
      'git diff --exit-code',
      'echo ${{ github.event.pull_request.title }}',
      'an expression stands in a script',
    ],
    ['pull_request:', 'pull_request_target:', 'a stranger would run with secrets'],
  ])('%j instead of what is there is found', (from, to, problem) => {
    expect(text).toContain(from)
    expect(problems(text.replace(from, to))).toEqual([problem])
  })
})

describe('the protection of main', () => {
  const protection = JSON.parse(read('.github/branch-protection.json')) as {
    required_status_checks: { strict: boolean; contexts: string[] }
    [field: string]: unknown
  }

  it('asks for every run of CI by its name, a review of an owner, and holds administrators to it', () => {
    const { jobs } = parse(text) as Workflow
    const runs = Object.entries(jobs).flatMap(([name, { strategy }]) =>
      (strategy?.matrix?.['source'] ?? []).map((source) => `${name} (${source})`),
    )
    expect(protection.required_status_checks).toEqual({ strict: true, contexts: runs })
    expect(protection).toMatchObject({
      enforce_admins: true,
      required_pull_request_reviews: { require_code_owner_reviews: true, dismiss_stale_reviews: true },
      allow_force_pushes: false,
      allow_deletions: false,
    })
  })

  it('every path that has owners is here, and what keeps the rules has owners of its own', () => {
    const lines = read('.github/CODEOWNERS')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    const owned = lines.map((line) => line.split(/\s+/) as [string, ...string[]])
    for (const [pattern, ...owners] of owned) {
      expect(pattern === '*' || fs.existsSync(path.join(root, pattern)), pattern).toBe(true)
      expect(owners.length, pattern).toBeGreaterThan(0)
    }
    expect(owned.map(([pattern]) => pattern)).toEqual(
      expect.arrayContaining([
        '/.github/',
        '/.ci/',
        '/.githooks/',
        '/scripts/lib/bypasses/',
        '/k8s/components/admission/',
      ]),
    )
  })
})
