/** The part of JSON Schema that the API document uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
  deprecated?: boolean
  pattern?: string
  format?: string
  [limit: string]: unknown
}

export type Resolve = (schema: Schema) => Schema

const LOWER_LIMITS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER_LIMITS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']

/**
 * Each way in which `to` accepts less than `from`, by the path of what it is about.
 * @param resolveFrom follows the references of `from`
 */
export function narrowings(
  from: Schema,
  to: Schema,
  resolveFrom: Resolve,
  resolveTo: Resolve,
  path = '',
): { path: string; what: string }[] {
  const a = resolveFrom(from)
  const b = resolveTo(to)
  const found: { path: string; what: string }[] = []
  const say = (what: string) => found.push({ path, what })
  const go = (inner: Schema, other: Schema, step: string) =>
    found.push(...narrowings(inner, other, resolveFrom, resolveTo, path + step))

  if (a.anyOf || b.anyOf) {
    for (const one of a.anyOf ?? [a]) {
      const fits = (b.anyOf ?? [b]).some(
        (other) => narrowings(one, other, resolveFrom, resolveTo).length === 0,
      )
      if (!fits) say(`no longer ${describe(resolveFrom(one))}`)
    }
    return found
  }
  for (const type of typesOf(a)) {
    const types = typesOf(b)
    if (types.length > 0 && !types.includes(type) && !(type === 'integer' && types.includes('number')))
      say(`no longer ${type}`)
  }
  if (typesOf(a).length === 0 && typesOf(b).length > 0) say(`now only ${typesOf(b).join(', ')}`)
  const allowed = valuesOf(b)
  if (allowed) {
    const given = valuesOf(a)
    if (!given) say('now only certain values')
    for (const value of given ?? []) {
      if (!allowed.includes(value)) say(`no longer ${value}`)
    }
  }
  for (const limit of LOWER_LIMITS) {
    if (Number(b[limit] ?? -Infinity) > Number(a[limit] ?? -Infinity)) say(`${limit} is ${String(b[limit])}`)
  }
  for (const limit of UPPER_LIMITS) {
    if (Number(b[limit] ?? Infinity) < Number(a[limit] ?? Infinity)) say(`${limit} is ${String(b[limit])}`)
  }
  for (const rule of ['pattern', 'format', 'multipleOf', 'uniqueItems']) {
    const value = b[rule]
    if (value === undefined || value === a[rule]) continue
    say(`${rule} is ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  }
  for (const name of b.required ?? []) {
    if (!a.required?.includes(name)) found.push({ path: `${path}.${name}`, what: 'is required' })
  }
  for (const [name, property] of Object.entries(a.properties ?? {})) {
    const other = b.properties?.[name]
    if (other) go(property, other, `.${name}`)
    else if (b.additionalProperties === false)
      found.push({ path: `${path}.${name}`, what: 'is not accepted' })
  }
  if (b.additionalProperties === false && a.additionalProperties !== false)
    say('unknown fields are not accepted')
  if (a.items && b.items) go(a.items, b.items, '[]')
  return found
}

const typesOf = ({ type }: Schema): string[] => (type === undefined ? [] : [type].flat())

function valuesOf(schema: Schema): string[] | undefined {
  const values = 'const' in schema ? [schema.const] : schema.enum
  return values?.map((value) => JSON.stringify(value))
}

const describe = (schema: Schema) =>
  typesOf(schema).join(' or ') || (valuesOf(schema)?.join(', ') ?? 'this alternative')
