import { describe, expect, it } from 'vitest'
import { follow, pointer } from './pointer.ts'

const document = { paths: { '/api/a~b': { get: 'found' } } }

describe('a JSON pointer', () => {
  it('is followed through keys with slashes and tildes', () => {
    expect(pointer('paths', '/api/a~b', 'get')).toBe('/paths/~1api~1a~0b/get')
    expect(follow(document, pointer('paths', '/api/a~b', 'get'))).toBe('found')
  })

  it.each(['/paths/~1api', '/components/schemas/Gone', 'elsewhere.json#/paths', ''])(
    'leads nowhere: %j',
    (place) => {
      expect(() => follow(document, place)).toThrow(`the document has no ${place}`)
    },
  )
})
