/** Text that is markup already. */
export class Markup {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }

  toString(): string {
    return this.markup
  }
}

type Part = string | number | Markup | readonly Markup[]

/** Makes markup of a template; whatever is put into it is escaped, unless it is markup itself. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(
    template.reduce((whole, piece, index) => whole + escapePart(parts[index - 1] ?? '') + piece),
  )
}

function escapePart(part: Part): string {
  if (part instanceof Markup) return part.markup
  if (typeof part === 'object') return part.map(({ markup }) => markup).join('')
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
