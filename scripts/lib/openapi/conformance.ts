import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Schema } from './narrowing.ts'
import { follow, pointer } from './pointer.ts'

/** An answer that somebody got. */
export interface GivenAnswer {
  method: string
  /** With its query. */
  path: string
  status: number
  headers: Record<string, number | string | string[] | undefined>
  /** Undefined if nobody knows it any more: then all but the body is looked at. */
  text: string | undefined
}

interface Response {
  $ref?: string
  headers?: Record<string, { $ref?: string; required?: boolean; schema?: Schema }>
  content?: Record<string, object>
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
}

/**
 * Makes what compares answers with an API document.
 * @returns a function that says what an answer has that the document doesn't allow: nothing of what isn't under /api/,
 * nor of the pages for people below /api/docs
 */
export function answersOf(document: object): (answer: GivenAnswer) => string[] {
  const { paths } = document as Document
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(document, 'api')
  const known = Object.keys(paths).map((path) => ({ path, pattern: patternOf(path) }))

  function problemsAt(place: string, value: unknown, name: string): string[] {
    const validate = ajv.getSchema(`api#${place}`)
    if (!validate) return [`the document has no ${place}`]
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${name}${instancePath} ${message ?? 'is wrong'}`,
    )
  }

  function bodyProblems(given: GivenAnswer, response: Response, place: string): string[] {
    const type = header(given, 'content-type')?.replace(/;.*/, '')
    if (!response.content) return given.text ? ['the body is not documented'] : []
    if (type === undefined || !(type in response.content))
      return [`content type ${type ?? 'missing'} is not documented`]
    if (given.method === 'HEAD' || given.text === undefined) return []
    const schema = place + pointer('content', type, 'schema')
    if (!type.endsWith('json')) return problemsAt(schema, given.text, 'body')
    const body = parsed(given.text)
    return body === undefined ? ['the body is not JSON'] : problemsAt(schema, body, 'body')
  }

  function headerProblems(given: GivenAnswer, response: Response, place: string): string[] {
    return Object.entries(response.headers ?? {}).flatMap(([name, documented]) => {
      const at = documented.$ref?.slice(1) ?? place + pointer('headers', name)
      const { required, schema } = follow(document, at) as { required?: boolean; schema?: Schema }
      const text = header(given, name.toLowerCase())
      if (text === undefined) return required ? [`header ${name} is missing`] : []
      return problemsAt(`${at}/schema`, schema?.type === 'integer' ? Number(text) : text, `header ${name}`)
    })
  }

  return (given) => {
    const path = new URL(given.path, 'https://bank.invalid').pathname
    if (!path.startsWith('/api/') || /^\/api\/docs(\/|$)/.test(path)) return []
    const template = known.find(({ pattern }) => pattern.test(path))?.path
    const methods = template === undefined ? undefined : paths[template]
    const method = given.method.toLowerCase()
    const operation = methods?.[method === 'head' ? 'get' : method]
    const undocumented = template === undefined ? 'NotFound' : 'MethodNotAllowed'
    const place = operation
      ? placeOf(
          operation.responses[String(given.status)],
          pointer(
            'paths',
            template ?? '',
            method === 'head' ? 'get' : method,
            'responses',
            String(given.status),
          ),
        )
      : pointer('components', 'responses', undocumented)
    if (place === undefined) return [`status ${given.status} is not documented`]
    const response = follow(document, place) as Response
    return [...bodyProblems(given, response, place), ...headerProblems(given, response, place)]
  }
}

/** What a variable of a path stands for has no slash. A path with fewer variables is looked for first. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`)
}

function placeOf(response: Response | undefined, place: string): string | undefined {
  return response && (response.$ref?.slice(1) ?? place)
}

const header = ({ headers }: GivenAnswer, name: string) => [headers[name]].flat()[0]?.toString()

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
