import { Type } from 'typebox'
import { Refusal, STATUS, type ProblemCode } from '../errors.ts'
import { EXPLANATIONS } from './problem-explanations.ts'
import { problemTitle, problemUri } from './problem.ts'
import type { Api } from './types.ts'

const ProblemType = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    meaning: Type.String(),
    remedy: Type.String(),
  },
  { title: 'ProblemType', description: 'What a problem means, and what to do about it.' },
)

const describeType = (code: ProblemCode) => ({
  type: problemUri(code),
  title: problemTitle(code),
  status: STATUS[code],
  code,
  ...EXPLANATIONS[code],
})

const TYPES = new Map(
  (Object.keys(STATUS) as ProblemCode[]).map((code) => [problemUri(code), describeType(code)]),
)

/** Explains the types of problems at their own addresses: to people as a page, to programs as JSON. */
export function problemRoutes(api: Api): void {
  api.get(
    '/api/problems/:type',
    {
      schema: {
        operationId: 'readProblemType',
        summary: 'Explain a type of problem',
        tags: ['reference'],
        params: Type.Object(
          { type: Type.String({ pattern: '^[a-z-]{1,64}$' }) },
          { additionalProperties: false },
        ),
        response: {
          200: {
            description: 'What the problem means, and what to do about it.',
            content: {
              'application/json': { schema: ProblemType },
              'text/html': { schema: Type.String() },
            },
          },
        },
        refusals: ['not_found'],
      },
    },
    async (request, reply) => {
      const found = TYPES.get(`/api/problems/${request.params.type}`)
      if (!found) throw new Refusal('not_found', 'There is no such type of problem')
      if (!request.headers.accept?.includes('text/html')) return reply.send(found)
      return reply.type('text/html; charset=utf-8').send(page(found))
    },
  )
}

/** Nothing in it comes from the request. */
function page({ title, status, code, meaning, remedy }: ReturnType<typeof describeType>): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} - DwayBank API</title>
<h1>${title}</h1>
<p>${meaning}</p>
<p>${remedy}</p>
<p>HTTP status ${status}, code <code>${code}</code>. All of the API: <a href="/api/docs">/api/docs</a></p>
</html>
`
}
