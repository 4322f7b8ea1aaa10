import { describe, expect, it } from 'vitest'
import { createServer } from '../../../services/api/src/app.ts'
import { documented } from '../../../test/support/documented-api.ts'

describe('an api whose answers are held to the document', () => {
  const api = documented(createServer(false))
  api.get('/api/accounts', async () => ({ accounts: 'none' }))
  api.get('/healthz', async () => 'alive')

  it('fails whoever gets one outside of it', async () => {
    await expect(api.inject('/api/accounts?x=1')).rejects.toThrow(
      'GET /api/accounts?x=1 answered outside the API document: body/accounts must be array',
    )
  })

  it('answers what is not part of the API as it will', async () => {
    expect((await api.inject({ url: '/healthz' })).body).toBe('alive')
  })
})
