/** How many letters must be added, removed or changed to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed)
    }
    row = next
  }
  return row[other.length] ?? 0
}

/** The candidate that was probably meant, if one is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, away: distance(word, candidate) }))
    .sort((one, other) => one.away - other.away)
  return best && best.away <= 3 && best.away < word.length ? best.candidate : undefined
}
