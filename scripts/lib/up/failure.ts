import { explained, messageOf, UserError } from '../errors.ts'
import { descriptions, type Finding } from './finding.ts'

/** The bank did not come up, and it is known why. */
export class BankFailure extends UserError {
  override name = 'BankFailure'
  override readonly exitCode: number
  readonly finding: Finding
  /** The parts that were not ready, besides the one that failed. */
  readonly waiting: string[]
  /** How long it has shown, in seconds. */
  readonly shownSeconds: number

  constructor(finding: Finding, waiting: readonly string[], shownSeconds: number) {
    const { title, exitCode, remedy } = descriptions[finding.cause]
    const others = waiting.filter((name) => name !== finding.resource)
    super(`${finding.resource} ${title}: ${finding.message}`, {
      evidence:
        others.length > 0
          ? [...finding.evidence, `not ready either: ${others.join(', ')}`]
          : finding.evidence,
      remedy: finding.remedy ?? remedy(finding.resource),
    })
    this.exitCode = exitCode
    this.finding = finding
    this.waiting = others
    this.shownSeconds = Math.round(shownSeconds * 10) / 10
  }
}

/** A failure as data. */
export interface FailureData {
  message: string
  exitCode: number
  resource?: string
  cause?: string
  /** From its first sign to the end. */
  shownSeconds?: number
  evidence: string[]
  remedy?: string
  waiting: string[]
}

/** What is printed of a failure with `--json`. */
export function failureData(thrown: unknown): FailureData {
  const error = explained(thrown)
  const known = error instanceof UserError ? error : undefined
  const bank = error instanceof BankFailure ? error : undefined
  return {
    message: messageOf(error),
    exitCode: known?.exitCode ?? 1,
    ...(bank
      ? { resource: bank.finding.resource, cause: bank.finding.cause, shownSeconds: bank.shownSeconds }
      : {}),
    evidence: bank?.finding.evidence ?? known?.evidence ?? [],
    ...(known?.remedy === undefined ? {} : { remedy: known.remedy }),
    waiting: bank?.waiting ?? [],
  }
}
