import { once } from 'node:events'
import net from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { expect, it } from 'vitest'
import { connectRedis } from './redis.ts'

it('says why a connection failed, and nothing of the password that was refused', async () => {
  const server = net.createServer((socket) => {
    socket.on('data', () => socket.write('-WRONGPASS invalid username-password pair\r\n'.repeat(4)))
    socket.on('error', () => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as net.AddressInfo

  const warned = Promise.withResolvers<unknown[]>()
  const log = {
    warn: (...words: unknown[]) => warned.resolve(words),
    info: () => undefined,
  } as unknown as FastifyBaseLogger
  const redis = connectRedis({ host: '127.0.0.1', port, password: 'open-sesame', tls: false }, log)
  const words = JSON.stringify(await warned.promise)
  redis.disconnect()
  server.close()

  expect(words).toContain('WRONGPASS')
  expect(words).not.toContain('open-sesame')
})
