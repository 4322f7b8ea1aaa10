import { narrowings, type Schema } from './narrowing.ts'
import { follow } from './pointer.ts'

interface Parameter {
  in: string
  name: string
  required?: boolean
  schema?: Schema
}
type Content = Record<string, { schema?: Schema }>
interface Header {
  $ref?: string
  required?: boolean
  schema?: Schema
}
interface Response {
  $ref?: string
  headers?: Record<string, Header>
  content?: Content
}
interface Operation {
  operationId?: string
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Content }
  responses?: Record<string, Response>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

/** Follows the references of a document. */
type Resolver = <Value extends { $ref?: string }>(value: Value) => Value

/** One operation before and after, and where to note what breaks its clients. */
interface Pair {
  before: Operation
  after: Operation
  resolveBefore: Resolver
  resolveAfter: Resolver
  say: (what: string) => void
}

/**
 * What breaks clients of `released` when the API becomes `current`, a sentence each. What is added breaks nobody: paths,
 * optional fields of requests, fields of answers, codes of problems. Neither does the end of a field of an answer that
 * was deprecated.
 * @throws RangeError if a reference leads nowhere
 */
export function breakingChanges(released: object, current: object): string[] {
  const before = released as Document
  const after = current as Document
  const found: string[] = []
  for (const [path, operations] of Object.entries(before.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const name = `${method.toUpperCase()} ${path}`
      const now = after.paths[path]?.[method]
      if (!now) {
        found.push(`${name}: is gone`)
        continue
      }
      const say = (what: string) => found.push(`${name}: ${what}`)
      const pair = {
        before: operation,
        after: now,
        resolveBefore: resolver(before),
        resolveAfter: resolver(after),
        say,
      }
      compareWords(pair)
      compareParameters(pair)
      compareBody(pair)
      compareAnswers(pair)
    }
  }
  const [was, is] = [before.components?.schemas?.['Problem'], after.components?.schemas?.['Problem']]
  if (was)
    compareAnswer(was, is ?? {}, 'problem document', resolver(before), resolver(after), (what) =>
      found.push(what),
    )
  return found
}

function resolver(document: Document): Resolver {
  return function resolve<Value extends { $ref?: string }>(value: Value): Value {
    if (value.$ref === undefined) return value
    // Within the document, a reference is a pointer after a '#'.
    return resolve(follow(document, value.$ref.replace(/^#/, '')) as Value)
  }
}

function compareWords({ before, after, say }: Pair): void {
  if (before.operationId !== after.operationId)
    say(`operationId ${String(before.operationId)} became ${String(after.operationId)}`)
  if (!before.security?.length && after.security?.length) say('needs a session now')
}

function compareParameters({ before, after, resolveBefore, resolveAfter, say }: Pair): void {
  const key = (parameter: Parameter) => `${parameter.in} ${parameter.name}`
  const known = new Map(before.parameters?.map((parameter) => [key(parameter), parameter]))
  for (const parameter of after.parameters ?? []) {
    const was = known.get(key(parameter))
    known.delete(key(parameter))
    if (parameter.required && !was?.required) say(`${key(parameter)} is required now`)
    if (!was) continue
    for (const { path, what } of narrowings(
      was.schema ?? {},
      parameter.schema ?? {},
      resolveBefore,
      resolveAfter,
    ))
      say(`${key(parameter)}${path}: ${what}`)
  }
  for (const gone of known.keys()) say(`${gone} is gone`)
}

function compareBody({ before, after, resolveBefore, resolveAfter, say }: Pair): void {
  const [was, is] = [before.requestBody, after.requestBody]
  if (is?.required && !was?.required) say('a body is required now')
  if (was && !is) say('takes no body any more')
  if (!was || !is) return
  for (const [type, { schema }] of Object.entries(was.content)) {
    const now = is.content[type]
    if (!now) say(`takes no ${type} any more`)
    else
      for (const { path, what } of narrowings(schema ?? {}, now.schema ?? {}, resolveBefore, resolveAfter))
        say(`body${path}: ${what}`)
  }
}

/** The codes of problems aren't compared one by one: clients live with those that they don't know. */
function compareAnswers({ before, after, resolveBefore, resolveAfter, say }: Pair): void {
  const succeeds = (status: string) => /^[23]/.test(status)
  for (const status of Object.keys(after.responses ?? {}))
    if (succeeds(status) && !before.responses?.[status]) say(`answers ${status} now`)
  for (const [status, response] of Object.entries(before.responses ?? {})) {
    const current = after.responses?.[status]
    if (!current) {
      say(`does not answer ${status} any more`)
      continue
    }
    const [was, is] = [resolveBefore(response), resolveAfter(current)]
    const [headersWere, headersAre] = [headersOf(was, resolveBefore), headersOf(is, resolveAfter)]
    compareAnswer(headersWere, headersAre, `headers of ${status}`, resolveBefore, resolveAfter, say)
    for (const [type, { schema }] of Object.entries(was.content ?? {})) {
      const now = is.content?.[type]
      if (!now) say(`${status} is no longer given as ${type}`)
      else if (succeeds(status))
        compareAnswer(schema ?? {}, now.schema ?? {}, `answer ${status}`, resolveBefore, resolveAfter, say)
    }
  }
}

/** The headers of an answer as the fields of an object. */
function headersOf({ headers = {} }: Response, resolve: Resolver): Schema {
  const known = Object.entries(headers).map(([name, header]) => [name, resolve(header)] as const)
  return {
    properties: Object.fromEntries(known.map(([name, { schema }]) => [name, schema ?? {}])),
    required: known.filter(([, { required }]) => required).map(([name]) => name),
  }
}

function compareAnswer(
  before: Schema,
  after: Schema,
  name: string,
  resolveBefore: Resolver,
  resolveAfter: Resolver,
  say: (what: string) => void,
): void {
  const ended = new Set<string>()
  for (const { path, deprecated } of missingFields(before, after, resolveBefore, resolveAfter)) {
    ended.add(path)
    if (!deprecated) say(`${name}${path} is gone`)
  }
  // What is given now must be something that a client of then accepts.
  for (const { path, what } of narrowings(after, before, resolveAfter, resolveBefore)) {
    if (!ended.has(path))
      say(
        `${name}${path}: ${what === 'is required' ? 'may be missing now' : `beyond what was said (${what})`}`,
      )
  }
}

function missingFields(
  before: Schema,
  after: Schema,
  resolveBefore: Resolver,
  resolveAfter: Resolver,
  path = '',
): { path: string; deprecated: boolean }[] {
  const a = resolveBefore(before)
  const b = resolveAfter(after)
  const inside =
    a.items && b.items ? missingFields(a.items, b.items, resolveBefore, resolveAfter, `${path}[]`) : []
  const fields = Object.entries(a.properties ?? {}).flatMap(([name, property]) => {
    const now = b.properties?.[name]
    const where = `${path}.${name}`
    if (now) return missingFields(property, now, resolveBefore, resolveAfter, where)
    return [{ path: where, deprecated: resolveBefore(property).deprecated === true }]
  })
  return [...inside, ...fields]
}
