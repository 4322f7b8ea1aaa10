import type { InjectOptions } from 'fastify'
import { mustBeDocumented } from '../../scripts/lib/openapi/document.ts'
import type { Api } from '../../services/api/src/routes/types.ts'

/** Has the `inject` of an api throw when the answer has what the API document doesn't allow. */
export function documented(api: Api): Api {
  const inject = api.inject.bind(api)
  return Object.assign(api, {
    inject: async (question: InjectOptions | string) => {
      const answer = await inject(question)
      const { method = '', url = '' } = answer.raw.req
      const { statusCode: status, headers, body: text } = answer
      mustBeDocumented({ method, path: url, status, headers, text })
      return answer
    },
  })
}
