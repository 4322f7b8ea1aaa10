import type { FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Makes a hook that lets state change only from the bank's own pages. A browser always says where a
 * request comes from; without Origin, only what isn't a browser (no Sec-Fetch-Site either) may pass.
 */
export function checkOrigin(allowed: ReadonlySet<string>) {
  return async (request: Pick<FastifyRequest, 'method' | 'headers'>): Promise<void> => {
    if (SAFE_METHODS.has(request.method)) return
    const { origin, 'sec-fetch-site': fetchSite } = request.headers
    if (origin === undefined ? fetchSite === undefined : allowed.has(origin)) return
    throw new Refusal('origin_not_allowed', 'This request did not come from a page of the bank')
  }
}
