import { describe, expect, it } from 'vitest'
import { UserError } from '../../errors.ts'
import type { LogRecord } from '../../logs/print.ts'
import type { Verdict } from '../../report.ts'
import { settle } from './check.ts'
import { contract, nameOf } from './contract.ts'
import { marked, type Run, type Sources, type Span } from './judge.ts'

const TRACE = '0123456789abcdef0123456789abcdef'
const api = { traceId: TRACE, localEndpoint: { serviceName: 'api' } }

interface Answers {
  values: Map<string, number>
  lines: Map<string, LogRecord[]>
  spans: Span[]
}

/** What the tools say of a bank in which all is well. */
function goodAnswers(): Answers {
  const answers: Answers = { values: new Map(), lines: new Map(), spans: [] }
  for (const { how } of contract) {
    if (how.kind === 'counter') answers.values.set(how.promql, 100 + how.atLeast)
    else if (how.kind === 'state') answers.values.set(how.promql, how.atLeast)
    else if ('logsql' in how) {
      const line = { 'kubernetes.pod_name': 'pod-0', trace_id: TRACE }
      answers.lines.set(marked(how.logsql, 'm1'), [{ 'kubernetes.pod_name': 'pod-0' }, line])
    }
  }
  answers.spans = [
    { ...api, kind: 'SERVER', name: 'get /api/accounts', parentId: TRACE.slice(0, 16) },
    { ...api, kind: 'CLIENT', name: 'select accounts', tags: { 'db.system.name': 'postgresql' } },
    { ...api, kind: 'CLIENT', name: 'getex', tags: { 'db.system.name': 'redis' } },
  ]
  return answers
}

const sourcesOf = ({ values, lines, spans }: Answers): Sources => ({
  valueOf: async (promql) => values.get(promql),
  linesOf: async (logsql) => lines.get(logsql) ?? [],
  spansOf: async () => spans,
})

const before = new Map(contract.map((cell) => [nameOf(cell), 100]))
const run: Run = { mark: 'm1', before, doubts: new Map(), asked: 20, traceId: TRACE }

/** The cells that are not passed, by their verdict. */
async function notPassed(sources: Sources, changed: Partial<Run> = {}): Promise<Record<string, Verdict>> {
  const checks = await Promise.all(contract.map((cell) => settle(cell, { ...run, ...changed }, sources, 0)))
  const bad = checks.filter(({ verdict }) => verdict !== 'passed')
  for (const { remedy } of bad) expect(remedy).toBeDefined()
  return Object.fromEntries(bad.map(({ name, verdict }) => [name, verdict]))
}

/** The names of what is red, after something was taken away from the good answers. */
async function redAfter(mute: (answers: Answers) => void): Promise<string[]> {
  const answers = goodAnswers()
  mute(answers)
  return Object.entries(await notPassed(sourcesOf(answers))).flatMap(([name, verdict]) =>
    verdict === 'failed' ? [name] : [],
  )
}

it('passes every cell of a bank in which all is well', async () => {
  expect(await notPassed(sourcesOf(goodAnswers()))).toEqual({})
})

const cellsOf = (kind: string) =>
  contract.filter(({ how }) => how.kind === kind).map((cell) => ({ name: nameOf(cell), how: cell.how }))

describe('muted alone, that cell alone is red', () => {
  it.each(cellsOf('counter'))('$name, which has no value', async ({ name, how }) => {
    if (how.kind !== 'counter') throw new Error('no counter')
    expect(await redAfter(({ values }) => values.delete(how.promql))).toEqual([name])
  })

  it.each(cellsOf('counter'))('$name, which stands still', async ({ name, how }) => {
    if (how.kind !== 'counter') throw new Error('no counter')
    expect(await redAfter(({ values }) => values.set(how.promql, 99 + how.atLeast))).toEqual([name])
  })

  it.each(cellsOf('state'))('$name, which is not known', async ({ name, how }) => {
    if (how.kind !== 'state') throw new Error('no state')
    expect(await redAfter(({ values }) => values.delete(how.promql))).toEqual([name])
  })

  it.each(cellsOf('state'))('$name, of which nothing is ready', async ({ name, how }) => {
    if (how.kind !== 'state') throw new Error('no state')
    expect(await redAfter(({ values }) => values.set(how.promql, 0))).toEqual([name])
  })

  it.each(cellsOf('line'))('$name, of which there is no line', async ({ name, how }) => {
    if (how.kind !== 'line') throw new Error('no line')
    expect(await redAfter(({ lines }) => lines.delete(marked(how.logsql, 'm1')))).toEqual([name])
  })

  it.each(cellsOf('traced line'))('$name, whose lines name no trace', async ({ name, how }) => {
    if (how.kind !== 'traced line') throw new Error('no line')
    const bare = [{ 'kubernetes.pod_name': 'pod-0' }]
    expect(await redAfter(({ lines }) => lines.set(marked(how.logsql, 'm1'), bare))).toEqual([name])
  })

  it.each<[string, (spans: Span[]) => Span[]]>([
    ['proxy traces: proxy → api', (spans) => spans.map(({ parentId: _, ...span }) => span)],
    [
      'api traces',
      (spans) => spans.map((span) => ({ ...span, name: span.name?.replace('get /', '/') ?? '' })),
    ],
    ['api traces', () => []],
    ['postgres traces: api → postgres', (spans) => spans.filter(({ name }) => name !== 'select accounts')],
    ['redis traces: api → redis', (spans) => spans.filter(({ name }) => name !== 'getex')],
  ])('%s', async (name, change) => {
    expect(await redAfter((answers) => (answers.spans = change(answers.spans)))).toEqual([name])
  })
})

it('a sample of nothing is the fault of the proxy', async () => {
  expect(await notPassed(sourcesOf({ ...goodAnswers(), spans: [] }), { traceId: undefined })).toEqual({
    'proxy traces: proxy → api': 'failed',
    'api traces': 'could not verify',
    'postgres traces: api → postgres': 'could not verify',
    'redis traces: api → redis': 'could not verify',
    'proxy logs: logs ↔ traces': 'could not verify',
    'api logs: logs ↔ traces': 'could not verify',
  })
})

describe('could not verify', () => {
  const silent = async () => {
    throw new UserError('it does not answer')
  }

  it.each<[keyof Sources, string[]]>([
    ['valueOf', ['counter', 'state']],
    ['linesOf', ['line', 'traced line']],
    ['spansOf', ['span']],
  ])('what asks for %s while its tool does not answer', async (question, kinds) => {
    const cells = contract.filter(({ how }) => kinds.includes(how.kind))
    const expected = Object.fromEntries(cells.map((cell) => [nameOf(cell), 'could not verify']))
    expect(await notPassed({ ...sourcesOf(goodAnswers()), [question]: silent })).toEqual(expected)
  })

  it('a cell whose traffic could not be made, whatever is there', async () => {
    const doubts = new Map([['web logs', 'the bank answered / with 503']])
    expect(await notPassed(sourcesOf(goodAnswers()), { doubts })).toEqual({ 'web logs': 'could not verify' })
  })
})
