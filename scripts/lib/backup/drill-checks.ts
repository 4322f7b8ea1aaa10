import type { Check, Verdict } from '../report.ts'

/** A transfer of the drill, and whether a restore to its moment must have it. */
export interface DrillTransfer {
  when: string
  id: string
  /** In minor units. */
  amount: number
  kept: boolean
}

/**
 * Whether a transfer is there or gone, as it must be.
 * @param status what the api answers whoever asks for it
 */
export function judgeTransfer({ when, kept }: DrillTransfer, status: number): Check {
  const name = `the transfer ${when} is ${kept ? 'there' : 'gone'}`
  const evidence = `asked for it, the api answers ${status}`
  // Anything but these two answers tells of something else.
  const verdict: Verdict =
    status === (kept ? 200 : 404) ? 'passed' : [200, 404].includes(status) ? 'failed' : 'could not verify'
  return { name, verdict, evidence }
}

/** Whether the account that was paid holds the transfers that must be there, and no other. */
export function judgeBalance(transfers: readonly DrillTransfer[], balance: number | undefined): Check {
  const expected = transfers.reduce((sum, { amount, kept }) => (kept ? sum + amount : sum), 0)
  return {
    name: 'the account that was paid holds what was paid until the moment',
    verdict: balance === expected ? 'passed' : balance === undefined ? 'could not verify' : 'failed',
    evidence: `${balance ?? 'nothing known'} minor units, of ${expected}`,
  }
}

/**
 * Whether the restored database is the one of the moment.
 * @param before digest of the live one right before the moment
 * @param after right after it: another one if somebody else has used the bank between them
 */
export function judgeDigest(before: string, after: string, restored: string): Check {
  const name = 'the restored database is that of the moment'
  if (restored === before && restored === after) return { name, verdict: 'passed', evidence: restored }
  if (before !== after)
    return {
      name,
      verdict: 'could not verify',
      evidence: 'somebody else used the bank at that moment',
      remedy: 'run the drill while nobody works with the bank',
    }
  return { name, verdict: 'failed', evidence: `digest ${restored}, it was ${before}` }
}

/** Whether the session that was open before all is still known. */
export function judgeSession(status: number): Check {
  return {
    name: 'the session from before goes on',
    verdict: status === 200 ? 'passed' : status === 401 ? 'failed' : 'could not verify',
    evidence: `with it, the api answers ${status}`,
  }
}
