import fs from 'node:fs'

/** How far each log was read, in a file that is whole at every moment. */
export class Positions {
  readonly #file: string
  readonly #kept: Map<string, number>

  constructor(file: string) {
    this.#file = file
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '{}'
    this.#kept = new Map(Object.entries(JSON.parse(text) as Record<string, number>))
  }

  of(key: string): number {
    return this.#kept.get(key) ?? 0
  }

  /** Writes down where each log goes on, and forgets those that are gone. */
  keep(moved: ReadonlyMap<string, number>, there: ReadonlySet<string>): void {
    for (const [key, offset] of moved) this.#kept.set(key, offset)
    for (const key of this.#kept.keys()) if (!there.has(key)) this.#kept.delete(key)
    const next = `${this.#file}.next`
    fs.writeFileSync(next, JSON.stringify(Object.fromEntries(this.#kept)), { flush: true })
    fs.renameSync(next, this.#file)
  }
}
