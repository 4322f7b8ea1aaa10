import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { Refusal } from '../errors.ts'
import { CSV_TYPE, statementCsv } from '../statements/csv.ts'
import { MOST_LINES, PAGE_POLICY, PAGE_TYPE, statementPage } from '../statements/page.ts'
import { Day, failures, Uuid } from './schemas.ts'
import { requireSession } from './session.ts'
import type { Api, Services } from './types.ts'

const Period = Type.Object(
  {
    from: Day('The first day, in UTC'),
    to: Day('The last day, in UTC; it is part of the period'),
    format: Type.Enum(['csv', 'html'], { description: 'csv for programs, html to print' }),
  },
  { additionalProperties: false },
)

const document = (type: string) => ({
  [type]: { schema: Type.Unsafe<string | Readable>({ type: 'string' }) },
})

/** Hands out statements of an account: of any length as CSV, and as a page to print. */
export function statementRoutes(api: Api, services: Services): void {
  api.get(
    '/api/accounts/:id/statement',
    {
      schema: {
        operationId: 'getStatement',
        summary: 'A statement of an account, as CSV or as a page to print',
        description:
          'Lists what was booked in a period, oldest first, with the opening and the closing balance. ' +
          `A page to print has at most ${MOST_LINES} entries; CSV has as many as there are. ` +
          'A statement that breaks off is not whole: only the last row states the closing balance.',
        tags: ['accounts'],
        params: Type.Object({ id: Uuid }, { additionalProperties: false }),
        querystring: Period,
        response: {
          200: {
            description: 'The statement',
            content: { ...document('text/csv'), ...document('text/html') },
          },
          ...failures,
        },
      },
      preHandler: requireSession(services),
      // A HEAD would read it all for nobody.
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      const { from, to, format } = request.query
      const accountId = request.params.id
      const statement = await services.ledger.openStatement({
        customerId: request.customerId,
        accountId,
        from,
        to,
      })
      const file = `statement-${statement.number}-${from}-${to}.${format}`
      if (format === 'html') {
        if (statement.count > MOST_LINES) throw tooLong(statement.count)
        return reply
          .type(PAGE_TYPE)
          .header('content-security-policy', PAGE_POLICY)
          .header('content-disposition', `inline; filename="${file}"`)
          .send(await statementPage(statement))
      }
      return (
        reply
          .type(CSV_TYPE)
          .header('content-disposition', `attachment; filename="${file}"`)
          // A slow reader must slow us down, not fill the proxy's disk.
          .header('x-accel-buffering', 'no')
          .send(Readable.from(statementCsv(statement)))
      )
    },
  )
}

function tooLong(count: number): Refusal {
  return new Refusal(
    'statement_too_long',
    `The period has ${count} entries and a page to print at most ${MOST_LINES}: choose a shorter one, or CSV`,
  )
}
