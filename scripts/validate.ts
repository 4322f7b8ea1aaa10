// validate: looks whether the whole platform is as it should be, from Dockerfiles to the running bank
//
// Usage: ./dway validate [--step N[,N…]] [--json] [--junit FILE] [--html FILE] [--allow-not-run RULE[,RULE…]]
//        ./dway validate --prove [--step N[,N…]] [--json] [--yes]
//
// Eight steps: 1 container build, 2 security scan, 3 service health, 4 network connectivity, 5 resource limits, 6
// monitoring, 7 backup verification, 8 TLS and security headers. 1 and 2 need the engine alone, the others the running
// bank. Each finding passed, failed, or could not be verified, and only if all passed or are waived does the validation end
// with 0. What is lived with stands in waivers.yaml. Steps 3 to 8 take PostgreSQL, Redis and redis-commander away for
// seconds each, and leave a customer and a transfer. Reports are written to .dway/reports: validate.html, validate.xml (JUnit) and validate.json.
//
// --prove shows that the steps see something: it breaks one thing after the other on purpose, in a copy of the tree or
// in the running bank, and wants exactly the finding that belongs to it. What it broke is healed, if it is
// interrupted too. Ends with 1 if one was missed, or if something else turned red.
//
//   --step NUMBERS         runs these steps alone: --step 1,2
//   --json                 prints all findings as JSON
//   --junit FILE           writes the JUnit XML to this file of the checkout as well, by a path from its root
//   --html FILE            writes the page to this file of the checkout as well, by a path from its root
//   --allow-not-run RULES  ends with 0 although these rules could not run here, as one whose database can't be reached:
//                          --allow-not-run image-vulnerabilities,npm-advisories
//   --prove                plants faults, and sees each one found
//   --yes                  does not ask before it breaks something in the running bank
import fs from 'node:fs'
import path from 'node:path'
import { type Flags, readArgs } from './lib/args.ts'
import { checkoutFile } from './lib/checkout-file.ts'
import { confirm } from './lib/confirm.ts'
import { messageOf, runVerb, UsageError, UserError } from './lib/errors.ts'
import { exclusively } from './lib/lock.ts'
import { requireCluster } from './lib/running.ts'
import { root, statePath } from './lib/settings.ts'
import { $ } from './lib/shell.ts'
import { allSteps } from './lib/validate/all-steps.ts'
import { htmlReport } from './lib/validate/html-report.ts'
import { junitReport } from './lib/validate/junit-report.ts'
import { faultsOf, isProof, proofReport, prove } from './lib/validate/prove.ts'
import { forgetOld } from './lib/validate/remembered.ts'
import { isGood, validate, type Validation } from './lib/validate/run.ts'
import { stepNumbers, type Step } from './lib/validate/step.ts'
import { textReport } from './lib/validate/text-report.ts'
import { copyTree } from './lib/validate/tree.ts'

/** The steps of a list like 1,2; all of them if there is no list. */
function chosenSteps(list: string | undefined): readonly Step[] {
  if (list === undefined) return allSteps
  const numbers = list.split(',').map((text) => text.trim())
  const wrong = numbers.find((text) => !stepNumbers.some((number) => String(number) === text))
  if (wrong !== undefined)
    throw new UsageError(`--step is '${list}', but there is no step '${wrong}': name some of 1 to 8, as 1,2`)
  return allSteps.filter(({ number }) => numbers.includes(String(number)))
}

/** The rules of a list like npm-advisories,restores. */
function rulesOf(list = ''): ReadonlySet<string> {
  const rules = list === '' ? [] : list.split(',').map((text) => text.trim())
  const wrong = rules.find((rule) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule))
  if (wrong !== undefined)
    throw new UsageError(`--allow-not-run is '${list}', but '${wrong}' is no rule: name some as reports do`)
  return new Set(rules)
}

interface Files {
  html: string
  junit: string
  json: string
}

/** Writes the reports to .dway/reports, and those that were asked for to their own places as well. */
async function writeReports(
  validation: Validation,
  mayBeMissing: ReadonlySet<string>,
  at: Date,
  flags: Flags,
): Promise<Files> {
  const version = (await $`git -C ${root} describe --tags --always --dirty`.nothrow()).stdout.trim()
  const html = htmlReport(validation, { version, at, mayBeMissing })
  const junit = junitReport(validation)
  const files = {
    html: statePath('reports', 'validate.html'),
    junit: statePath('reports', 'validate.xml'),
    json: statePath('reports', 'validate.json'),
  }
  fs.writeFileSync(files.html, html)
  fs.writeFileSync(files.junit, junit)
  fs.writeFileSync(files.json, JSON.stringify(validation, null, 2))
  for (const [file, text] of [
    [flags['html'], html],
    [flags['junit'], junit],
  ])
    if (typeof file === 'string' && text !== undefined) writeTo(file, String(text))
  return files
}

/** @throws UserError for a file that can't be written */
function writeTo(file: string, text: string): void {
  try {
    fs.writeFileSync(checkoutFile(file), text)
  } catch (error) {
    throw new UserError(`${file} was not written: ${messageOf(error)}`, { cause: error })
  }
}

async function validateOnce(
  steps: readonly Step[],
  flags: Flags,
  mayBeMissing: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const at = new Date()
  const validation = await validate(steps, { tree: copyTree('tree'), signal })
  const files = await writeReports(validation, mayBeMissing, at, flags)
  console.log(flags['json'] ? JSON.stringify(validation, null, 2) : textReport(validation))
  if (!flags['json']) console.log(`As a page: ${path.relative(root, files.html)}`)
  if (!isGood(validation, mayBeMissing)) process.exitCode = 1
}

async function proveSteps(steps: readonly Step[], flags: Flags, signal: AbortSignal): Promise<void> {
  const faults = await faultsOf(steps)
  const inBank = faults.filter((fault) => fault.in === 'bank')
  if (inBank.length > 0) {
    await requireCluster()
    await confirm(
      'breaks the running bank on purpose, one thing after the other, and heals it again',
      inBank.map(({ breaks }) => breaks),
      flags['yes'] === true,
    )
  }
  const proofs = await prove(steps, faults, signal)
  console.log(flags['json'] ? JSON.stringify(proofs, null, 2) : proofReport(proofs))
  if (!isProof(proofs)) process.exitCode = 1
}

await runVerb('validate', async () => {
  const { flags } = readArgs(import.meta.url)
  const steps = chosenSteps(flags['step'] as string | undefined)
  const mayBeMissing = rulesOf(flags['allow-not-run'] as string | undefined)
  for (const file of [flags['html'], flags['junit']]) if (typeof file === 'string') checkoutFile(file)
  const work = async () => {
    const interruption = new AbortController()
    const interrupt = () => interruption.abort(new UserError('stopped'))
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    forgetOld()
    await (flags['prove']
      ? proveSteps(steps, flags, interruption.signal)
      : validateOnce(steps, flags, mayBeMissing, interruption.signal))
  }
  // Two at once would share their copies of the tree and the names of their images.
  await exclusively(work, { file: statePath('validate.lock'), doing: 'is under way' })
})
