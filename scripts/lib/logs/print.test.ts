import { expect, it } from 'vitest'
import { lineOf } from './print.ts'

const from = {
  _time: '2026-11-25T21:00:00.123Z',
  _stream: '{kubernetes.pod_name="api-0"}',
  _stream_id: '00',
  'kubernetes.pod_name': 'api-0',
  'kubernetes.pod_namespace': 'dwaybank',
  'kubernetes.container_name': 'api',
}

it('begins with when and where, and leaves out what says it again', () => {
  const record = { ...from, _msg: 'request completed', level: 'info', requestId: 'r-1', 'req.url': '/me' }
  expect(lineOf(record)).toBe(
    '2026-11-25T21:00:00.123Z [pod/api-0/api] info request completed requestId=r-1 req.url=/me',
  )
})

it('is one line without escapes, whatever was logged', () => {
  const record = { ...from, _msg: 'a\nb\u001b[31mc', stack: 'Error: x\n    at y', empty: '' }
  expect(lineOf(record)).toBe(
    '2026-11-25T21:00:00.123Z [pod/api-0/api] a b [31mc stack="Error: x\\n    at y"',
  )
})

it('of what is counted is its fields', () => {
  expect(lineOf({ level: 'error', 'count(*)': '3', what: 'two words' })).toBe(
    'level=error count(*)=3 what="two words"',
  )
})

it('ends with the address of its trace, where there is one', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traces = 'https://traces.dwaybank.localhost'
  const head = '2026-11-25T21:00:00.123Z [pod/api-0/api] a'
  const line = (fields: Record<string, string>) => lineOf({ ...from, _msg: 'a', ...fields }, traces)
  expect(line({ trace_id: id })).toBe(`${head} trace_id=${id} ${traces}/zipkin/traces/${id}`)
  expect(line({})).toBe(head)
  expect(line({ trace_id: '../none' })).toBe(`${head} trace_id=../none`)
})
