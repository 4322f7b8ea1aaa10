import { messageOf } from '../errors.ts'
import { requireCluster } from '../running.ts'
import { step as showStep } from '../steps.ts'
import { allSteps } from './all-steps.ts'
import { finding, type Finding } from './finding.ts'
import { wasNotRun } from './not-run.ts'
import type { Step, Target } from './step.ts'
import { applyWaivers, readWaivers, type JudgedFinding } from './waivers.ts'

/** What a step found, and how long it looked. */
export interface StepResult {
  step: Step
  seconds: number
  findings: JudgedFinding[]
}

/** What a validation found. */
export interface Validation {
  results: StepResult[]
  /** What is wrong with the waivers themselves. */
  ofWaivers: Finding[]
}

/**
 * Runs steps one after the other, and holds what they find against the tree's waivers. A step that can't look at all is
 * a finding, too.
 * @throws UserError if the file of waivers is malformed
 */
export async function validate(steps: readonly Step[], target: Target): Promise<Validation> {
  const waivers = readWaivers(target.tree)
  const results: StepResult[] = []
  for (const step of steps) {
    target.signal.throwIfAborted()
    const started = performance.now()
    const findings = await showStep(`step ${step.number}, ${step.name}`, () => runStep(step, target))
    results.push({ step, seconds: Math.round((performance.now() - started) / 100) / 10, findings })
  }
  const complete = steps.length === allSteps.length
  const judged = applyWaivers(
    results.flatMap(({ findings }) => findings),
    waivers,
    new Date(),
    complete,
  )
  let taken = 0
  return {
    results: results.map((result) => ({
      ...result,
      findings: judged.findings.slice(taken, (taken += result.findings.length)),
    })),
    ofWaivers: judged.ofWaivers,
  }
}

async function runStep(step: Step, target: Target): Promise<Finding[]> {
  const rule = `step-${step.number}`
  try {
    if (step.needs === 'bank') await requireCluster()
    const findings = await step.run(target)
    if (findings.length > 0) return findings
    return [finding(rule, step.name, 'could not verify', 'the step looked at nothing')]
  } catch (error) {
    target.signal.throwIfAborted()
    const remedy =
      step.needs === 'bank' ? './dway up starts the bank, ./dway status shows what runs' : undefined
    return [finding(rule, step.name, 'could not verify', messageOf(error), remedy)]
  }
}

/** What a finding counts as. */
export type Outcome = 'passed' | 'failed' | 'could not verify' | 'not run' | 'waived'

/** What a finding counts as: one that a waiver covers is neither passed nor failed. */
export function outcomeOf(found: JudgedFinding): Outcome {
  if (found.waivedBy) return 'waived'
  return wasNotRun(found) ? 'not run' : found.verdict
}

/**
 * Whether the validation is good: everything passed, or is waived.
 * @param mayBeMissing the rules that may also not have been run
 */
export function isGood({ results, ofWaivers }: Validation, mayBeMissing: ReadonlySet<string>): boolean {
  const findings = [...results.flatMap((result) => result.findings), ...ofWaivers]
  return (
    findings.length > 0 &&
    findings.every((found) => {
      const outcome = outcomeOf(found)
      return (
        outcome === 'passed' ||
        outcome === 'waived' ||
        (outcome === 'not run' && mayBeMissing.has(found.rule))
      )
    })
  )
}
