import { addRoutes, createServer } from '../app.ts'
import type { Services } from '../routes/types.ts'

/** Stands for every service: none is asked before a request comes. */
const nobody: unknown = new Proxy({}, { get: () => nobody })

/** The API document, from the routes themselves; neither a database nor Redis is needed. */
export async function generateDocument(): Promise<object> {
  const api = await addRoutes(createServer(false), nobody as Services)
  try {
    await api.ready()
    return api.swagger()
  } finally {
    await api.close()
  }
}
