import { messageOf } from '../../errors.ts'
import type { LogRecord } from '../../logs/print.ts'
import type { Check } from '../../report.ts'
import { nameOf, type Cell, type Proof, type SpanPattern } from './contract.ts'

/** As Zipkin shows it, which knows no capital letters. */
export interface Span {
  traceId: string
  parentId?: string
  kind?: string
  name?: string
  localEndpoint?: { serviceName?: string }
  tags?: Readonly<Record<string, string>>
}

/** Where telemetry is kept. Each rejects if it doesn't answer. */
export interface Sources {
  /** What a query in PromQL gives now; undefined if it gives nothing. */
  valueOf(promql: string): Promise<number | undefined>
  linesOf(logsql: string): Promise<LogRecord[]>
  /** The spans of all traces of the requests with that id. */
  spansOf(requestId: string): Promise<Span[]>
}

/** What was done to the bank, and what was known before. */
export interface Run {
  /** In every request's id, and in what the stores were made to log. */
  mark: string
  /** The counters before, by the name of their cell. */
  before: ReadonlyMap<string, number>
  /** Why a cell can't be judged, by its name. */
  doubts: ReadonlyMap<string, string>
  /** How many requests could have been of the sample. */
  asked: number
  /** A trace of one of them; undefined if none was sampled. */
  traceId: string | undefined
}

export type Finding = Pick<Check, 'verdict' | 'evidence'>

const passed = (evidence: string): Finding => ({ verdict: 'passed', evidence })
const failed = (evidence: string): Finding => ({ verdict: 'failed', evidence })
const unknown = (evidence: string): Finding => ({ verdict: 'could not verify', evidence })

/** The query with the run's own mark in it. */
export const marked = (query: string, mark: string) => query.replaceAll('MARK', mark)

type Of<Kind extends Proof['kind']> = Extract<Proof, { kind: Kind }>

async function judgeCounter(how: Of<'counter'>, before: number, sources: Sources): Promise<Finding> {
  const now = await sources.valueOf(how.promql)
  if (now === undefined) return failed(`${how.promql} has no value`)
  const change = `${before} before, ${now} now`
  return now >= before + how.atLeast
    ? passed(change)
    : failed(`${how.promql} did not rise by ${how.atLeast}: ${change}`)
}

async function judgeState({ promql, atLeast }: Of<'state'>, sources: Sources): Promise<Finding> {
  const now = await sources.valueOf(promql)
  if (now === undefined) return failed(`${promql} has no value`)
  return now >= atLeast ? passed(`${now} now`) : failed(`${promql} is ${now}, not ${atLeast}`)
}

async function judgeLine({ logsql }: Of<'line'>, run: Run, sources: Sources): Promise<Finding> {
  const query = marked(logsql, run.mark)
  const [line] = await sources.linesOf(query)
  return line ? passed(`a line of ${line['kubernetes.pod_name'] ?? 'it'}`) : failed(`no line is ${query}`)
}

async function judgeTracedLine(how: Of<'traced line'>, run: Run, sources: Sources): Promise<Finding> {
  const { traceId, asked } = run
  if (traceId === undefined) return unknown(`none of ${asked} requests was sampled`)
  const lines = await sources.linesOf(marked(how.logsql, run.mark))
  if (lines.length === 0) return unknown('it has no line of the request that could name a trace')
  return lines.some((line) => line['trace_id'] === traceId)
    ? passed(`a line names ${traceId}`)
    : failed(`none of its ${lines.length} lines names ${traceId}`)
}

function matches(span: Span, pattern: SpanPattern): boolean {
  const { service, kind, name, system, parent } = pattern
  return (
    (service === undefined || span.localEndpoint?.serviceName === service) &&
    (kind === undefined || span.kind === kind) &&
    (name === undefined || name.test(span.name ?? '')) &&
    (system === undefined || span.tags?.['db.system.name'] === system) &&
    (parent === undefined || span.parentId === span.traceId.slice(0, 16))
  )
}

async function judgeSpan(how: Of<'span'>, run: Run, sources: Sources): Promise<Finding> {
  const { answersFor } = how
  if (run.traceId === undefined) {
    const evidence = `none of ${run.asked} requests was sampled`
    return answersFor === 'the sample' ? failed(evidence) : unknown(evidence)
  }
  const spans = await sources.spansOf(run.mark)
  if (spans.length === 0) {
    const evidence = `Zipkin has no span of the request ${run.mark}`
    return answersFor === 'all spans' ? failed(evidence) : unknown(evidence)
  }
  const found = spans.find((span) => matches(span, how.span))
  return found
    ? passed(`${found.name ?? 'a span'} in ${found.traceId}`)
    : failed(`none of ${spans.length} spans of the request ${run.mark} is such a one`)
}

/** What one cell looks like now. */
export async function judge(cell: Cell, run: Run, sources: Sources): Promise<Finding> {
  const name = nameOf(cell)
  const { how } = cell
  const doubt = run.doubts.get(name)
  if (doubt !== undefined) return unknown(doubt)
  try {
    switch (how.kind) {
      case 'counter':
        return await judgeCounter(how, run.before.get(name) ?? 0, sources)
      case 'state':
        return await judgeState(how, sources)
      case 'line':
        return await judgeLine(how, run, sources)
      case 'traced line':
        return await judgeTracedLine(how, run, sources)
      case 'span':
        return await judgeSpan(how, run, sources)
    }
  } catch (error) {
    return unknown(messageOf(error))
  }
}
