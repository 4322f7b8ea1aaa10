import type { Check } from '../report.ts'

/**
 * The checks of restored books, with one of the heads that were noted beside the backup: the books that were copied have them,
 * and others, however well they add up, do not.
 * @param checks of an audit since those heads, or of one without them
 * @param unknown why there are none; undefined if there are
 */
export function heldAgainstHeads(checks: readonly Check[], unknown: string | undefined): Check[] {
  const name = 'heads'
  if (unknown !== undefined)
    return [
      ...checks,
      {
        name,
        verdict: 'could not verify',
        evidence: unknown,
        remedy: 'a backup of before has them perhaps: compare it with --scratch',
      },
    ]
  return checks.map((check) => {
    if (check.name !== 'since') return check
    const { remedy: _remedy, ...rest } = check
    if (check.verdict === 'passed') return { ...rest, name }
    return {
      ...rest,
      name,
      remedy:
        'these are not the books that were backed up: compare with an earlier backup by --at and --scratch',
    }
  })
}
