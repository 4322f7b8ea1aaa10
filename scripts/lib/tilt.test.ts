import { describe, expect, it } from 'vitest'
import { resourceState } from './tilt.ts'

const resource = (status: object) => resourceState({ metadata: { name: 'api' }, status })

describe('the state of a resource', () => {
  it('is ready only when both the update and the pods are', () => {
    expect(resource({ updateStatus: 'ok', runtimeStatus: 'ok' }).state).toBe('ready')
    expect(resource({ updateStatus: 'ok', runtimeStatus: 'not_applicable' }).state).toBe('ready')
    expect(resource({ updateStatus: 'ok', runtimeStatus: 'pending' }).state).toBe('pending')
    expect(resource({ updateStatus: 'in_progress', runtimeStatus: 'ok' }).state).toBe('pending')
  })

  it('is not ready before Tilt has said anything', () => {
    expect(resource({}).state).toBe('pending')
    expect(resource({ updateStatus: 'none', runtimeStatus: 'none' }).state).toBe('pending')
  })

  it('is failed with the cause of the last update', () => {
    const buildHistory = [{ error: 'no such file' }, { error: 'an older one' }]
    expect(resource({ updateStatus: 'error', runtimeStatus: 'ok', buildHistory })).toEqual({
      name: 'api',
      state: 'failed',
      detail: 'no such file',
      updateError: 'no such file',
    })
  })

  it('tells what watches the bank from the bank', () => {
    const labels = { observability: 'observability' }
    expect(resourceState({ metadata: { name: 'prometheus', labels }, status: {} }).watches).toBe(true)
    expect(resource({}).watches).toBeUndefined()
  })

  it('says what it waits for', () => {
    const waiting = { reason: 'waiting-for-deps', on: [{ name: 'migrate' }, { name: 'redis' }] }
    expect(resource({ updateStatus: 'pending', runtimeStatus: 'none', waiting }).detail).toBe(
      'waits for migrate, waits for redis',
    )
  })
})
