/**
 * Hands out the numbers of the transfers, in stretches: a stretch for each kill and one after the last. A stretch opens
 * when the kill of the one before is over, so that every kill meets transfers, however quick the clients are.
 */
export class Gate {
  readonly #transfers: number
  readonly #stretches: number
  #open = 0
  #next = 0
  #closed = false
  #waiting: (() => void)[] = []

  constructor(transfers: number, kills: number) {
    this.#transfers = transfers
    this.#stretches = kills + 1
  }

  /** How many were handed out. */
  get sent(): number {
    return this.#next
  }

  /** Whether nothing is handed out any more, though something was left. */
  get closed(): boolean {
    return this.#closed
  }

  /** The number at which a stretch ends. */
  endOf(stretch: number): number {
    return Math.round((this.#transfers * (stretch + 1)) / this.#stretches)
  }

  /** The next number, as soon as its stretch is open; undefined when there is none any more. */
  async next(): Promise<number | undefined> {
    while (!this.#closed && this.#next < this.#transfers && this.#next >= this.endOf(this.#open))
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#closed || this.#next >= this.#transfers) return undefined
    return this.#next++
  }

  /** Opens the next stretch. */
  open(): void {
    this.#open += 1
    this.#wake()
  }

  /** Hands out nothing any more. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
