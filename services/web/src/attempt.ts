/** The idempotency key of what a form is about to send. */
export interface Attempt<T> {
  /** The key for this content: the same one as before while the content is the same. */
  keyFor(content: T): string
  /** Ends the attempt once its outcome is known: the next one gets a key of its own. */
  settle(): void
}

/** Starts an attempt that keeps its key over retries of the same content. */
export function createAttempt<T>(newKey: () => string = () => crypto.randomUUID()): Attempt<T> {
  let current: { key: string; content: string } | undefined
  return {
    keyFor(content) {
      const written = JSON.stringify(content)
      // A key sent again with other content would be refused, or answered with the old transfer.
      if (current?.content !== written) current = { key: newKey(), content: written }
      return current.key
    },
    settle() {
      current = undefined
    },
  }
}
