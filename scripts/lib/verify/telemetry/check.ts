import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import { findFrontDoor } from '../../front-door.ts'
import { HttpsClient } from '../../https-client.ts'
import type { Check } from '../../report.ts'
import { step, type Progress } from '../../steps.ts'
import { contract, nameOf, type Act, type Cell, type Service } from './contract.ts'
import { judge, type Run, type Sources } from './judge.ts'
import { Tools } from './tools.ts'
import {
  askUntilTraced,
  failStatement,
  listAccounts,
  logByScript,
  openPage,
  transferAsSomebodyNew,
} from './traffic.ts'

/** Two scrapes, and what PostgreSQL keeps to itself for ten seconds. */
const WITHIN_MS = 60_000
const LOOK_MS = 2000
const CONNECTIONS = 4

/** Where to look if a cell is empty. */
const remedies: Record<Cell['how']['kind'], (service: Service) => string> = {
  counter: () => "Prometheus' page of targets says what it can't read; ./dway status shows what runs",
  state: () => './dway logs kube-state-metrics says what it may not read; ./dway status shows what runs',
  line: (service) => `./dway logs ${service} shows what its pod wrote; ./dway logs vlagent, what kept it`,
  'traced line': (service) => `./dway logs ${service} shows what its pod wrote`,
  span: () => './dway logs api says if traces were not sent; ./dway logs zipkin, if they were not taken',
}

/** What the counters are before the run. One that can't be read is a doubt. */
async function readCounters(
  cells: readonly Cell[],
  sources: Sources,
  doubts: Map<string, string>,
): Promise<Map<string, number>> {
  const before = new Map<string, number>()
  const read = async (cell: Cell) => {
    if (cell.how.kind !== 'counter') return
    try {
      // A series that isn't there yet begins from zero.
      before.set(nameOf(cell), (await sources.valueOf(cell.how.promql)) ?? 0)
    } catch (error) {
      doubts.set(nameOf(cell), `what it was before is not known: ${messageOf(error)}`)
    }
  }
  await Promise.all(cells.map(read))
  return before
}

/** The id of a trace of these requests: from Zipkin, or else from a line. */
async function findTrace(mark: string, sources: Sources): Promise<{ traceId?: string; doubt?: string }> {
  const [spans, lines] = await Promise.allSettled([
    sources.spansOf(mark),
    sources.linesOf(`requestId:="${mark}" trace_id:*`),
  ])
  const spanned = spans.status === 'fulfilled' ? spans.value[0]?.traceId : undefined
  const named = lines.status === 'fulfilled' ? lines.value[0]?.['trace_id'] : undefined
  const traceId = spanned ?? named
  if (traceId !== undefined) return { traceId }
  return lines.status === 'rejected' ? { doubt: messageOf(lines.reason) } : {}
}

/** Does what the cells tell of, one after the other; what can't be done is a doubt of the cells that tell of it. */
async function makeTraffic(
  cells: readonly Cell[],
  bank: HttpsClient,
  sources: Sources,
  progress: Progress,
): Promise<Run> {
  // One word of letters and digits, for the proxy to take as an id and for the store to find.
  const mark = `telemetry${randomBytes(8).toString('hex')}`
  const doubts = new Map<string, string>()
  const doubt = (why: string, of: (cell: Cell) => boolean) => {
    for (const cell of cells.filter(of)) if (!doubts.has(nameOf(cell))) doubts.set(nameOf(cell), why)
  }
  // Who lists accounts must be somebody.
  const needed = (name: Act) =>
    cells.some(({ after }) => after === name || (name === 'transfer' && after === 'requests'))
  const act = async (name: Act, what: string, work: () => Promise<void>) => {
    if (!needed(name)) return
    progress.now(what)
    try {
      await work()
    } catch (error) {
      doubt(messageOf(error), ({ after }) => after === name)
    }
  }

  const before = await readCounters(cells, sources, doubts)
  let headers: Record<string, string> = {}
  await act('transfer', 'somebody new moves money', async () => {
    headers = await transferAsSomebodyNew(bank, mark)
  })
  await act('page', 'the page is opened', () => openPage(bank, mark))
  await act('statement', 'a statement fails', () => failStatement(mark))
  await act('script', 'a script logs', () => logByScript(mark))

  let seen: { asked: number; traceId: string | undefined } = { asked: 0, traceId: undefined }
  await act('requests', 'requests until one is traced', async () => {
    let why: string | undefined
    seen = await askUntilTraced(
      () => listAccounts(bank, headers, mark),
      async () => {
        const found = await findTrace(mark, sources)
        why = found.doubt
        return found.traceId
      },
    )
    if (seen.traceId === undefined && why !== undefined) {
      const unseen = `whether a request was sampled is not known: ${why}`
      doubt(unseen, ({ how }) => how.kind === 'span' || how.kind === 'traced line')
    }
  })
  return { mark, before, doubts, ...seen }
}

/**
 * Looks at a cell until it is as it must be, or can't become so any more.
 * @param withinMs how long that may take
 */
export async function settle(cell: Cell, run: Run, sources: Sources, withinMs: number): Promise<Check> {
  const deadline = performance.now() + withinMs
  const name = nameOf(cell)
  for (;;) {
    const { verdict, evidence } = await judge(cell, run, sources)
    if (verdict === 'passed') return { name, verdict, evidence }
    if (run.doubts.has(name) || performance.now() >= deadline) {
      const remedy = remedies[cell.how.kind](cell.service)
      return { name, verdict, evidence: `${evidence}; it must be that ${cell.what}`, remedy }
    }
    await sleep(LOOK_MS)
  }
}

/**
 * Makes traffic by the front door, and looks whether each service told of it in each signal.
 * @param cells what is looked at
 * @param withinMs how long what is missing may take to come
 */
export async function checkTelemetry(
  cells: readonly Cell[] = contract,
  withinMs = WITHIN_MS,
): Promise<Check[]> {
  const door = await findFrontDoor()
  const bank = new HttpsClient(door, CONNECTIONS)
  const tools = await Tools.open(door)
  try {
    const run = await step('make traffic', (progress) => makeTraffic(cells, bank, tools, progress))
    return await step('look for what it left', (progress) => {
      let left = cells.length
      return Promise.all(
        cells.map(async (cell) => {
          const check = await settle(cell, run, tools, withinMs)
          left -= 1
          progress.now(`${left} of ${cells.length} are missing`)
          return check
        }),
      )
    })
  } finally {
    bank.close()
    tools.close()
  }
}
