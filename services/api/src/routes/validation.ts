import type { FastifyError } from 'fastify'
import type { FieldError } from './problem.ts'

const MOST_ERRORS = 10
const LONGEST_NAME = 64

/** Rules that a person understands better in other words. */
const RULES: Record<string, string> = {
  required: 'is missing',
  pattern: 'is not in the right form',
  boolean: 'is not a known field',
}

/** Whose rules were broken, in the words of HTTP. */
const PARTS: Record<string, string> = { querystring: 'query', params: 'path', headers: 'header' }

/** Names each field and the rule that it breaks, never a value; what is missing comes first. */
export function brokenRules({ validation = [], validationContext = 'body' }: FastifyError): FieldError[] {
  const part = PARTS[validationContext] ?? validationContext
  const errors = new Map<string, FieldError>()
  const missingFirst = validation.toSorted(
    (a, b) => Number(b.keyword === 'required') - Number(a.keyword === 'required'),
  )
  for (const { keyword, instancePath, params, message = 'is not valid' } of missingFirst) {
    // Each unknown field has an error of its own beside this one.
    if (keyword === 'additionalProperties') continue
    const missing = keyword === 'required' ? (params['requiredProperties'] as string[]) : ['']
    for (const name of missing) {
      const field = [...instancePath.split('/').slice(1), name]
        .filter(Boolean)
        .join('.')
        .slice(0, LONGEST_NAME)
      if (!errors.has(field)) errors.set(field, { in: part, field, rule: RULES[keyword] ?? message })
    }
  }
  return [...errors.values()].slice(0, MOST_ERRORS)
}

/** The first broken rule as a sentence. */
export function describeRule([first]: readonly FieldError[]): string {
  if (!first) return 'The request is not valid'
  return [first.in, first.field, first.rule].filter(Boolean).join(' ')
}
