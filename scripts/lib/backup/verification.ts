import type { List, Pod } from '../kubernetes.ts'
import type { Verdict } from '../report.ts'
import { kubectlBank, must } from '../shell.ts'

/** What the restore of a backup into a pod of its own has found. */
export interface Verification {
  verdict: Verdict
  /** The verdict in words, with the backup. */
  evidence: string
  endedAt: Date
}

/** What the exit code of `restore-backup verify` means; whatever else ended it proves nothing. */
export const verdictOf = (exitCode: number | undefined): Verdict =>
  exitCode === 0 ? 'passed' : exitCode === 1 ? 'failed' : 'could not verify'

const byName = ({ metadata }: Pod) => metadata.labels?.['job-name']?.startsWith('verify-backup') === true

/** The newest verification among pods that have ended; undefined if there is none. */
export function newestVerification(pods: readonly Pod[]): Verification | undefined {
  return pods
    .filter(byName)
    .flatMap(({ status }) => {
      const ended = status.containerStatuses?.[0]?.state.terminated
      if (ended?.finishedAt === undefined) return []
      const evidence = ended.message?.trim() || `it ended with ${ended.exitCode ?? ended.reason ?? 'nothing'}`
      return [{ verdict: verdictOf(ended.exitCode), evidence, endedAt: new Date(ended.finishedAt) }]
    })
    .sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime())
    .at(-1)
}

/** Asks the cluster for the newest verification; the CronJob keeps the last ones. */
export async function lastVerification(): Promise<Verification | undefined> {
  const words = ['get', 'pods', '--selector', 'job-name', '--output', 'json']
  const { stdout } = await must('the verifications cannot be listed', kubectlBank(words))
  return newestVerification((JSON.parse(stdout) as List<Pod>).items)
}
