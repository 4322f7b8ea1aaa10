import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../settings.ts'
import { breakingChanges } from './breaking.ts'
import { apiFiles, releasedDocument } from './files.ts'

const { document, files } = await apiFiles()
const read = (name: string) => fs.readFileSync(path.join(root, name), 'utf8')

describe('the API document', () => {
  it.each(files)('$name fits the routes; otherwise run ./dway openapi', ({ name, content }) => {
    expect(read(name)).toBe(content)
  })

  it('breaks no client of the released API', () => {
    expect(breakingChanges(JSON.parse(read(releasedDocument)) as object, document)).toEqual([])
  })

  it('says of every operation what it is called, what it does and which answers it gives', () => {
    const { paths } = document as { paths: Record<string, Record<string, Operation>> }
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    for (const operation of operations) {
      const { operationId, summary, tags, responses } = operation
      expect(operation, JSON.stringify(operation)).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/) as unknown,
        summary: expect.stringMatching(/^[A-Z].+[^.]$/) as unknown,
      })
      expect(tags, summary).toHaveLength(1)
      expect(Object.keys(responses), operationId).toEqual(
        expect.arrayContaining([expect.stringMatching(/^2\d\d$/), '429', '500', '503']),
      )
      for (const status of Object.keys(responses)) expect(status, operationId).toMatch(/^\d{3}$/)
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })
})

interface Operation {
  operationId: string
  summary: string
  tags: string[]
  responses: object
}
