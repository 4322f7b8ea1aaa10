import { STATUS, type ProblemCode } from '../errors.ts'
import { EXPLANATIONS } from '../routes/problem-explanations.ts'
import { problemTitle, problemUri } from '../routes/problem.ts'

const WAITS: ReadonlySet<number> = new Set([429, 503])

/** The name of a problem among the document's responses. */
const responseName = (code: ProblemCode) =>
  code.replace(/(^|_)([a-z])/g, (_all, _bar, letter: string) => letter.toUpperCase())

export const requestIdHeader = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }
export const replayedHeader = { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } }

/** The response of one status with which an operation may answer any of these problems. */
export function problemResponse(codes: readonly ProblemCode[], headers: object = {}) {
  const status = STATUS[codes[0] as ProblemCode]
  return {
    description: codes.map((code) => `\`${code}\`: ${EXPLANATIONS[code].meaning}`).join('\n\n'),
    headers: {
      ...requestIdHeader,
      ...(WAITS.has(status) && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
      ...headers,
    },
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { status: { const: status }, code: { enum: codes } } },
          ],
        },
      },
    },
  }
}

/** What a problem of one code looks like, by its name; operations point there. */
export const problemResponses = Object.fromEntries(
  (Object.keys(STATUS) as ProblemCode[]).map((code) => [responseName(code), exampleOf(code)]),
)

function exampleOf(code: ProblemCode) {
  const response = problemResponse([code])
  const example = {
    type: problemUri(code),
    title: problemTitle(code),
    status: STATUS[code],
    detail: EXPLANATIONS[code].meaning,
    code,
    requestId: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
    ...(WAITS.has(STATUS[code]) && { retryAfter: 60 }),
  }
  const media = response.content['application/problem+json']
  return { ...response, content: { 'application/problem+json': { ...media, example } } }
}

/**
 * The responses of an operation for its problems, by status.
 * @param own what the operation itself refuses; with `headers` of its own, such as whether it is a repeated answer
 */
export function responsesFor(
  codes: Iterable<ProblemCode>,
  own: ReadonlySet<string>,
  headers: object | undefined,
) {
  const byStatus = Map.groupBy(new Set(codes), (code) => STATUS[code])
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => {
      const [first] = group
      const special = group.some((code) => own.has(code)) ? headers : undefined
      const shared = first && group.length === 1 && !special
      return [
        String(status),
        shared ? { $ref: `#/components/responses/${responseName(first)}` } : problemResponse(group, special),
      ]
    }),
  )
}
