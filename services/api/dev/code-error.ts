/** Why code doesn't run. */
export interface CodeError {
  /** Relative to the repository; missing if the process didn't say where. */
  file?: string
  line?: number
  column?: number
  /** The kind of error, such as SyntaxError. */
  error: string
  /** In one line, without the place. */
  message: string
}

/**
 * Finds out from what a process printed before it ended why it did.
 * @param output its standard error
 * @param base the folder that the repository's paths are relative to
 * @param ending what is known without any output, such as `ended with code 1`
 */
export function readCodeError(output: string, base: string, ending: string): CodeError {
  const found = /^(?:Uncaught )?(\w*Error)\b(?: \[\w+\])?: (.*)$/m.exec(output)
  const place = placeOf(output, `${base}/services/api/`)
  const last = output.trim().split('\n').at(-1)?.trim()
  return {
    ...place,
    error: found?.[1] ?? 'Error',
    message: (found?.[2] ?? (last || `the api ${ending}`)).replaceAll(`${base}/`, ''),
  }
}

function placeOf(output: string, own: string): Pick<CodeError, 'file' | 'line' | 'column'> {
  const places = output.split('\n').flatMap((text, index, lines) => {
    const start = text.indexOf(own)
    const match = start < 0 ? null : /^([^:'"()]+)(?::(\d+))?(?::(\d+))?/.exec(text.slice(start + own.length))
    if (!match?.[1]) return []
    const [, name, line, column] = match
    // Where Node shows the code, the column is only drawn.
    const caret = /^\s*\^/.exec(lines.slice(index + 1, index + 6).find((next) => /^\s*\^+$/.test(next)) ?? '')
    const at = column ?? (text.startsWith('file:') && caret ? String(caret[0].length) : undefined)
    return [
      {
        file: `services/api/${name}`,
        ...(line === undefined ? {} : { line: Number(line) }),
        ...(line === undefined || at === undefined ? {} : { column: Number(at) }),
      },
    ]
  })
  return places.find((place) => 'line' in place) ?? places[0] ?? {}
}

/** An error as one line: its place, as editors write it, and what is wrong. */
export function describeCodeError({ file, line, column, error, message }: CodeError): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return `${place && `${place}: `}${error}: ${message}`
}
