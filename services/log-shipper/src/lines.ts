/** A line that a container has written, as the node keeps it. */
export interface Line {
  /** Where it begins in its file. */
  offset: number
  /** When the node got it, to the nanosecond. */
  time: string
  stream: string
  text: string
}

/** TIME STREAM TAG TEXT, where the tag is P as long as the line goes on in the next one of its stream. */
const KEPT = /^(\d{4}-\d\d-\d\dT\S+) (stdout|stderr) ([FP]) (.*)$/s

/** The time of the first line, which no other log of the container begins with; undefined if there is none yet. */
export function beginningOf(bytes: Buffer): string | undefined {
  return KEPT.exec(bytes.toString('utf8'))?.[1]
}

/**
 * Takes the lines out of a piece of a log.
 * @param offset where the piece begins in its file
 * @param goesOn whether to wait for the end of a line that isn't there yet; if not, what there is of it is a line
 * @returns the lines, and where the next piece has to begin: lines after an unfinished one come again then
 */
export function readLines(
  bytes: Buffer,
  offset: number,
  goesOn: boolean,
): { lines: Line[]; next: number; strange: number } {
  const lines: Line[] = []
  const unfinished = new Map<string, Line>()
  let strange = 0
  let start = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    const [, time, stream, tag, text] = KEPT.exec(bytes.toString('utf8', start, end)) ?? []
    if (time === undefined || stream === undefined || text === undefined) strange += 1
    else {
      const line = unfinished.get(stream) ?? { offset: offset + start, time, stream, text: '' }
      line.text += text
      if (tag === 'P') unfinished.set(stream, line)
      else {
        unfinished.delete(stream)
        lines.push(line)
      }
    }
    start = end + 1
  }
  if (goesOn) return { lines, strange, next: Math.min(offset + start, ...starts(unfinished)) }
  return { lines: [...lines, ...unfinished.values()], strange, next: offset + start }
}

const starts = (unfinished: ReadonlyMap<string, Line>) => [...unfinished.values()].map((line) => line.offset)
