// test: runs every test against the running bank, and brings it up first if it is down
//
// Usage: ./dway test [--only PART] [--long] [--json]
//
// Runs, one after the other: ESLint (lint), prettier (format), the type checks (types), the unit tests (unit), the
// validation of files and images, which builds them all (scan), the tests on a PostgreSQL of their own, without a
// cluster (database), the tests against the real cluster (integration), the journeys in a browser (journeys), the other
// store for logs (elk), the causes of each alert, planted for real (drills), the validation of the running bank
// (validate) and, each on a bank in a cluster of its own, the dev container as an editor or a Codespace opens it
// (devcontainer) and the tests that break things (trials). A part that fails does not stop the others. In integration, journeys, elk,
// drills and validate a test that fails is tried once more, and named if it passes only then. The output of each part
// is in .dway/logs/test-PART.log, screenshots are in .dway/screenshots. What was not running before is taken down
// again. The last line says how many passed, failed and were skipped.
//
//   --only PART  runs one part: lint, format, types, unit, scan, database, integration, journeys, elk, drills, validate,
//                devcontainer or trials
//   --long       runs drills, trials and the fuzzing of the API in their long form
//   --json       prints the outcome of each part as JSON instead of the last line
import fs from 'node:fs'
import { choice, readArgs } from './lib/args.ts'
import { ensureBrowserImage, runInBrowserContainer } from './lib/browser.ts'
import { stopNodes } from './lib/cluster.ts'
import { containerState } from './lib/engine.ts'
import { messageOf, runVerb, UserError } from './lib/errors.ts'
import { profile } from './lib/profile.ts'
import { names, statePath } from './lib/settings.ts'
import { ensureUp, takeDown } from './lib/stack.ts'
import { step } from './lib/steps.ts'
import {
  didNotRun,
  endOfLog,
  logName,
  readVitestReport,
  runLogged,
  sum,
  verdictOf,
  type Outcome,
} from './lib/tests.ts'
import { stopTilt, tiltRuns } from './lib/tilt.ts'
import { outsideRules } from './lib/validate/not-run.ts'

const partNames = [
  'lint',
  'format',
  'types',
  'unit',
  'scan',
  'database',
  'integration',
  'journeys',
  'elk',
  'drills',
  'validate',
  'devcontainer',
  'trials',
] as const
type PartName = (typeof partNames)[number]
const hasOwnBank: ReadonlySet<PartName> = new Set(['devcontainer', 'trials'])

interface Result extends Outcome {
  part: PartName | 'take down'
  seconds: number
}

const node = (program: string, ...args: string[]) => ['node', `node_modules/${program}`, ...args]
const scan = ['node', 'scripts/validate.ts', '--step', '1,2', '--allow-not-run', outsideRules.join()]
const tsc = (...args: string[]) => node('typescript/bin/tsc', '--noEmit', ...args)

const interruption = new AbortController()
const { signal } = interruption

/** A tool that gives one verdict: its commands must all succeed. */
async function runTool(part: PartName, ...commands: string[][]): Promise<Outcome> {
  let worst = 0
  for (const [index, words] of commands.entries()) {
    worst = Math.max(worst, await runLogged(part, words, signal, index > 0))
  }
  return verdictOf(part, worst)
}

/** One vitest project, run by `run` and read from its report. */
async function runVitest(part: PartName, run: (words: string[]) => Promise<number>): Promise<Outcome> {
  const report = statePath(`logs/test-${part}.json`)
  fs.rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await run(
    node('vitest/vitest.mjs', 'run', '--configLoader', 'native', '--project', part, ...reporters),
  )
  return readVitestReport(fs.existsSync(report) ? fs.readFileSync(report, 'utf8') : undefined, code)
}

const parts: Record<PartName, { title: string; needsStack?: true; run: () => Promise<Outcome> }> = {
  lint: { title: 'ESLint', run: () => runTool('lint', node('eslint/bin/eslint.js', '.')) },
  format: {
    title: 'prettier',
    run: () => runTool('format', node('prettier/bin/prettier.cjs', '--check', '.')),
  },
  types: { title: 'types', run: () => runTool('types', tsc(), tsc('--project', 'services/web')) },
  unit: { title: 'unit tests', run: () => runVitest('unit', (words) => runLogged('unit', words, signal)) },
  scan: { title: 'validation of files and images', run: () => runTool('scan', scan) },
  database: {
    title: 'tests on a PostgreSQL of their own',
    run: () => runVitest('database', (words) => runLogged('database', words, signal)),
  },
  integration: {
    title: 'integration tests',
    needsStack: true,
    run: () => runVitest('integration', (words) => runLogged('integration', words, signal)),
  },
  journeys: {
    title: 'journeys in a browser',
    needsStack: true,
    run: async () => {
      const image = await step('the browser image', () => ensureBrowserImage(signal))
      return runVitest('journeys', (words) => runInBrowserContainer('journeys', image, words, signal))
    },
  },
  elk: {
    title: 'logs in Elasticsearch',
    needsStack: true,
    run: () => runVitest('elk', (words) => runLogged('elk', words, signal)),
  },
  drills: {
    title: 'drills of the alerts',
    needsStack: true,
    run: () => {
      if (profile() === 'core')
        throw new UserError('the profile core has no alerts: ./dway up --profile full')
      return runVitest('drills', (words) => runLogged('drills', words, signal))
    },
  },
  validate: {
    title: 'validation of the running bank',
    needsStack: true,
    run: () => runVitest('validate', (words) => runLogged('validate', words, signal)),
  },
  devcontainer: {
    title: 'the dev container as an editor opens it',
    run: () => runVitest('devcontainer', (words) => runLogged('devcontainer', words, signal)),
  },
  trials: {
    title: 'trials on a second bank',
    run: () => runVitest('trials', (words) => runLogged('trials', words, signal)),
  },
}

/** Carries a bad outcome out of a step, so that the step is marked as failed. */
class PartFailed extends Error {
  override name = 'PartFailed'
  readonly outcome: Outcome
  constructor(outcome: Outcome) {
    super('the part failed')
    this.outcome = outcome
  }
}

/** Runs one part as a step; whatever goes wrong in it becomes its outcome, and the end of its log is shown. */
async function runPart(part: PartName): Promise<Result> {
  const started = performance.now()
  fs.rmSync(statePath(`logs/test-${part}.log`), { force: true })
  const outcome = await step(parts[part].title, async () => {
    const found = await parts[part].run()
    if (found.failed > 0) throw new PartFailed(found)
    return found
  }).catch((error: unknown) => {
    if (error instanceof PartFailed) return error.outcome
    return didNotRun(signal.aborted ? 'interrupted' : messageOf(error))
  })
  for (const name of outcome.secondTries) console.error(`      ↻ passed at the second try: ${name}`)
  if (outcome.failed > 0) showFailure(part, outcome)
  return { part, seconds: Math.round((performance.now() - started) / 100) / 10, ...outcome }
}

function showFailure(part: PartName, { failures }: Outcome): void {
  for (const failure of failures) console.error(`      ✗ ${failure}`)
  if (!fs.existsSync(statePath(`logs/test-${part}.log`))) return
  console.error(`    The end of ${logName(part)}:`)
  console.error(endOfLog(part).replace(/^/gm, '      '))
}

async function runParts(wanted: readonly PartName[]): Promise<Result[]> {
  const results: Result[] = []
  for (const part of wanted) {
    if (!signal.aborted) results.push(await runPart(part))
  }
  return results
}

/** Notes what runs now; what it returns takes down what was not there and stops what was stopped. */
async function remember(): Promise<() => Promise<void>> {
  const cluster = await containerState(names.node)
  const hadTilt = cluster === 'running' && (await tiltRuns())
  return async () => {
    if (cluster === undefined) await takeDown()
    else if (!hadTilt) await step('stop Tilt', () => stopTilt())
    if (cluster === 'stopped') await step('stop the nodes', () => stopNodes())
  }
}

/** Runs parts that need the bank, which is brought up for them and leaves nothing behind that did not run before. */
async function runPartsWithStack(wanted: readonly PartName[]): Promise<Result[]> {
  if (wanted.length === 0 || signal.aborted) return []
  const didNotStart = (error: unknown): Result[] => {
    const reason = `the bank is not up: ${messageOf(error)}`
    console.error(`    ${reason}`)
    return wanted.map((part) => ({ part, seconds: 0, ...didNotRun(reason) }))
  }
  const restore = await remember()
  const results = await ensureUp().then(() => runParts(wanted), didNotStart)
  try {
    await restore()
  } catch (error) {
    console.error(`    the bank was not taken down: ${messageOf(error)}`)
    results.push({ part: 'take down', seconds: 0, ...didNotRun(messageOf(error)) })
  }
  return results
}

await runVerb('test', async () => {
  const { flags } = readArgs(import.meta.url)
  const only = flags['only'] === undefined ? undefined : choice(flags, 'only', partNames, 'unit')
  const wanted = partNames.filter((part) => only === undefined || part === only)
  const interrupt = () => interruption.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)

  // The tests read it: vitest passes on no flag of ours.
  if (flags['long']) process.env['DWAY_LONG'] = '1'

  const results = [
    ...(await runParts(wanted.filter((part) => !parts[part].needsStack && !hasOwnBank.has(part)))),
    ...(await runPartsWithStack(wanted.filter((part) => parts[part].needsStack))),
    // Last, when no other bank needs the machine any more.
    ...(await runParts(wanted.filter((part) => hasOwnBank.has(part)))),
  ]
  const total = sum(results)
  if (total.failed > 0 || signal.aborted) process.exitCode = 1
  if (flags['json']) {
    const { passed, failed, skipped } = total
    console.log(JSON.stringify({ passed, failed, skipped, parts: results }, null, 2))
  } else {
    console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  }
})
