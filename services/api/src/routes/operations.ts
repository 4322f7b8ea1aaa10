import { Type } from 'typebox'
import type { Api, Services } from './types.ts'

const Health = Type.Object({ status: Type.String() })
const Ready = Type.Object({ status: Type.String(), checks: Type.Record(Type.String(), Type.String()) })

/** What the cluster asks: is the process alive, may it get requests, how is it doing. */
export function operationRoutes(api: Api, { readiness, metrics }: Services): void {
  // They come all the time: what customers ask for would hardly be seen beside them.
  const quiet = { logLevel: 'warn', config: { counted: false } } as const
  const hide = true

  api.get('/healthz', { ...quiet, schema: { hide, response: { 200: Health } } }, async () => ({
    status: 'alive',
  }))

  api.get(
    '/readyz',
    { ...quiet, schema: { hide, response: { 200: Ready, 503: Ready } } },
    async (request, reply) => {
      const { ready, checks } = await readiness.check()
      if (!ready) {
        request.log.warn({ checks }, 'not ready')
        return reply.code(503).header('retry-after', '1').send({ status: 'not ready', checks })
      }
      return { status: 'ready', checks }
    },
  )

  api.get(
    '/metrics',
    { ...quiet, schema: { hide, response: { 200: Type.String() } } },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()),
  )
}
