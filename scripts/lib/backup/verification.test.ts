import { describe, expect, it } from 'vitest'
import type { Pod } from '../kubernetes.ts'
import { newestVerification } from './verification.ts'

const pod = (job: string, finishedAt: string | undefined, exitCode: number, message?: string) =>
  ({
    metadata: { name: `${job}-x`, labels: { 'job-name': job } },
    status: {
      phase: 'Succeeded',
      containerStatuses: [
        {
          ready: false,
          restartCount: 0,
          state:
            finishedAt === undefined ? { running: {} } : { terminated: { finishedAt, exitCode, message } },
        },
      ],
    },
  }) as unknown as Pod

describe('the newest verification', () => {
  it('is the one that ended last', () => {
    const pods = [
      pod('verify-backup-2', '2026-11-26T04:00:00Z', 0, 'passed: B'),
      pod('verify-backup-1', '2026-11-25T04:00:00Z', 1, 'failed: A'),
      pod('backup-diff-3', '2026-11-27T02:00:00Z', 0),
      pod('verify-backup-3', undefined, 0),
    ]
    expect(newestVerification(pods)).toEqual({
      verdict: 'passed',
      evidence: 'passed: B',
      endedAt: new Date('2026-11-26T04:00:00Z'),
    })
  })

  it.each([
    [0, 'passed'],
    [1, 'failed'],
    [2, 'could not verify'],
    [137, 'could not verify'],
  ])('that ended with %d is: %s', (exitCode, verdict) => {
    expect(newestVerification([pod('verify-backup-1', '2026-11-25T04:00:00Z', exitCode)])).toMatchObject({
      verdict,
    })
  })

  it('is none before the first', () => {
    expect(newestVerification([])).toBeUndefined()
  })
})
