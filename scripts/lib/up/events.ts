import type { KubernetesEvent } from '../kubernetes.ts'

/** What the kubelet tries again shows an event at least this often. */
export const REPEATED_MS = 150_000

/** When an event was last seen, in milliseconds of the epoch. */
export function seenAt({ lastTimestamp, eventTime, metadata }: KubernetesEvent): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp)
}

/** The newest event about an object that has one of the reasons, and the words if some are given. */
export function newestEvent(
  events: readonly KubernetesEvent[],
  uid: string,
  reasons: readonly string[],
  words = /./,
): KubernetesEvent | undefined {
  return events
    .filter(({ involvedObject, reason = '', message = '' }) => {
      return involvedObject.uid === uid && reasons.includes(reason) && words.test(message)
    })
    .sort((one, other) => seenAt(one) - seenAt(other))
    .at(-1)
}
