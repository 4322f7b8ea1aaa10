import { expect, it } from 'vitest'
import { documentOf, entryOf } from './document.ts'

const origin = { namespace: 'dwaybank', pod: 'api-0', uid: 'u-1', container: 'api' }
const line = (text: string) => ({ offset: 7, time: '2026-11-26T01:00:01.123456789Z', stream: 'stdout', text })
const read = (text: string) =>
  entryOf(documentOf(origin, line(text)))
    .trimEnd()
    .split('\n')
    .map((json) => JSON.parse(json) as unknown)

const from = {
  '@timestamp': '2026-11-26T01:00:01.123456789Z',
  kubernetes: { pod_namespace: 'dwaybank', pod_name: 'api-0', container_name: 'api' },
  stream: 'stdout',
  offset: 7,
}

it('has a day of its own, and an id that is the same whenever it is read', () => {
  const _id = 'u-1-api-2026-11-26T01:00:01.123456789Z-7'
  expect(read('x')).toEqual([{ create: { _index: 'dwaybank-2026.11.26', _id } }, { ...from, message: 'x' }])
})

it('has the fields of a line of JSON, and apart what is searched for most', () => {
  const text = '{"level":"info","requestId":17,"trace_id":{"a":1},"n":12345678901234567890}'
  const [, found] = read(text)
  expect(found).toEqual({
    ...from,
    message: text,
    level: 'info',
    requestId: '17',
    trace_id: '{"a":1}',
    line: JSON.parse(text) as unknown,
  })
  expect(entryOf(documentOf(origin, line(text)))).toContain('12345678901234567890}}\n')
})

it.each(['{"half": ', '[1, 2]', '17', 'null', ''])('%j is text', (text) => {
  expect(read(text)[1]).toEqual({ ...from, message: text })
})
