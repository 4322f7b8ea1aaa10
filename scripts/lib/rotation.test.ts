import { afterEach, expect, it, vi } from 'vitest'
import { runPsql } from './database.ts'
import { UserError } from './errors.ts'
import { runRedis } from './redis.ts'
import { rotate } from './rotation.ts'
import { writeSecret } from './secrets.ts'

vi.mock(import('./database.ts'), () => ({ runPsql: vi.fn(() => Promise.resolve('')) }))
vi.mock(import('./redis.ts'), () => ({ runRedis: vi.fn(() => Promise.resolve('OK')) }))
vi.mock(import('./secrets.ts'), () => ({
  randomPassword: () => 'new-password',
  readSecret: (name: string) =>
    Promise.resolve({ password: 'old', ...(name === 'postgres-owner' && { username: 'dwaybank_owner' }) }),
  withPassword: (_name: string, fixed: object, password: string) => ({ ...fixed, password }),
  writeSecret: vi.fn(() => Promise.resolve()),
}))
vi.mock(import('./shell.ts'), async (original) => ({
  ...(await original()),
  kubectlBank: vi.fn(() => Promise.resolve()) as never,
  must: vi.fn(() => Promise.resolve()) as never,
}))

afterEach(() => vi.clearAllMocks())

it('keeps the statement with the password out of the log of PostgreSQL', async () => {
  await rotate(['postgres-owner'])
  const [, script = ''] = vi.mocked(runPsql).mock.calls[0] ?? []
  const statement = script.indexOf("alter role dwaybank_owner password 'new-password';")
  for (const setting of [
    'log_min_error_statement = panic',
    'log_min_duration_statement = -1',
    'log_statement',
  ])
    expect(script.slice(0, statement)).toContain(`set ${setting}`)
  expect(writeSecret).toHaveBeenCalledOnce()
})

it('writes no password that the server refused', async () => {
  vi.mocked(runRedis).mockResolvedValueOnce('user default on #0 ~* &* +@all')
  vi.mocked(runRedis).mockRejectedValueOnce(new UserError('Redis did not take the password'))
  await expect(rotate(['redis-auth'])).rejects.toThrow('Redis did not take the password')
  expect(writeSecret).not.toHaveBeenCalled()
})
