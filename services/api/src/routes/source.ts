import type { FastifyRequest } from 'fastify'
import { readAddress } from '../security/address.ts'
import { deviceOf } from '../security/device.ts'
import type { RequestSource } from '../security/events.ts'

/** Where a request came from, as sessions and the trail keep it. */
export function sourceOf(request: Pick<FastifyRequest, 'id' | 'ip' | 'headers'>): RequestSource {
  return {
    address: readAddress(request.ip),
    device: deviceOf(request.headers['user-agent']),
    requestId: request.id,
  }
}
