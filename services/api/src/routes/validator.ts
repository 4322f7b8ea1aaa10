import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

type Properties = Record<string, { type?: string } | undefined>

/**
 * Checks by TypeBox. What comes as text, in an address or a header, may be a whole number written in digits; TypeBox's
 * own conversion would take `true` for 1 as well.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  const { properties = {} } = schema as { properties?: Properties }
  return (given: unknown) => {
    const value = httpPart === 'body' ? given : withIntegers(properties, given as Record<string, unknown>)
    return validator.Check(value) ? { value } : { error: validator.Errors(value) }
  }
}

function withIntegers(properties: Properties, given: Record<string, unknown>): Record<string, unknown> {
  const converted = Object.entries(given).map(([name, text]) => {
    const isInteger =
      properties[name]?.type === 'integer' && typeof text === 'string' && /^-?\d{1,16}$/.test(text)
    return [name, isInteger ? Number(text) : text]
  })
  return Object.fromEntries(converted) as Record<string, unknown>
}
