/** How wide text is on a terminal; accents and marks that combine are not counted. */
function width(text: string): number {
  return Array.from(text.normalize('NFC')).length
}

/**
 * Text in columns, two spaces apart, without trailing spaces.
 * @param rows the first of them the heading
 * @param right positions of columns that are aligned to the right
 */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(text))
  }
  const cell = (text: string, column: number) => {
    const space = ' '.repeat((widths[column] ?? 0) - width(text))
    return right.includes(column) ? space + text : text + space
  }
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n')
}
