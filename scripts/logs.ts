// logs: prints what the pods have written, or what the log store finds
//
// Usage: ./dway logs [SERVICE | QUERY] [--follow] [--since DURATION] [--json]
//
// A word of letters, digits and hyphens is a service: its pods, or those of all services, are asked for the last 100
// lines of each, or for all since DURATION. Anything else is a query in LogsQL, in quotes: of all lines that it matches,
// also of pods that have gone, the store gives the last 100, or the last 10000 since DURATION. Since a word alone is a
// service, one word is searched for as '"word"'.
//
//     ./dway logs 'level:error' --since 1h
//     ./dway logs 'requestId:="4f0c…"'
//     ./dway logs 'trace_id:="4bf9…"'
//     ./dway logs 'level:=error or status:>=500 or res.statusCode:>=500' --follow
//     ./dway logs 'service:proxy status:>=500 | stats by (path) count()' --since 24h
//
// Proxy, web and api have the fields service, level and requestId, those of a traced request trace_id; the proxy has path,
// status and seconds, the api res.statusCode. Of others ask for kubernetes.container_name:=postgres, and for words.
//
// After ./dway up --logs elk, Elasticsearch is asked, in Lucene's language: words are looked for in the whole line; level,
// service, requestId, trace_id and kubernetes.container_name are fields, and so is line.NAME for any other.
//
//     ./dway logs 'level:error AND service:api'
//     ./dway logs 'service:proxy AND line.status:[500 TO 599]' --since 24h
//
//   --follow          goes on until Ctrl-C
//   --since DURATION  how far back: 30s, 10m, 2h
//   --json            prints every line as JSON with its pod and container
import { createInterface } from 'node:readline'
import { readArgs, type Flags } from './lib/args.ts'
import { runVerb, UsageError, UserError } from './lib/errors.ts'
import { NAME_LABEL, type List, type Pod } from './lib/kubernetes.ts'
import { logStore } from './lib/log-store.ts'
import { followElasticsearch, searchElasticsearch, withElasticsearch } from './lib/logs/elasticsearch.ts'
import { lineOf, type LogRecord } from './lib/logs/print.ts'
import { follow, search, withStore } from './lib/logs/store.ts'
import { isQuery, millisecondsOf } from './lib/logs/words.ts'
import { nearest } from './lib/nearest.ts'
import { requireCluster } from './lib/running.ts'
import { names } from './lib/settings.ts'
import { kubectlBank, must } from './lib/shell.ts'
import { openAddresses } from './lib/stack.ts'
import { note } from './lib/steps.ts'

async function runningServices(): Promise<string[]> {
  const output = await must('the pods cannot be listed', kubectlBank(['get', 'pods', '--output', 'json']))
  const { items } = JSON.parse(output.stdout) as List<Pod>
  const services = items.map(({ metadata }) => metadata.labels?.[NAME_LABEL])
  return [...new Set(services)].filter((service) => service !== undefined).sort()
}

/** A line as kubectl prefixes it, `[pod/NAME/CONTAINER] TEXT`, as JSON. */
function asJson(line: string): string {
  const [, pod, container, text] = /^\[pod\/([^/]+)\/([^\]]+)\] (.*)$/.exec(line) ?? []
  return JSON.stringify({ pod, container, line: text ?? line })
}

/** Prints what the pods of one service, or of all, have written themselves. */
async function printPods(service: string | undefined, flags: Flags): Promise<void> {
  const services = await runningServices()
  if (services.length === 0)
    throw new UserError(`no pod of ${names.namespace} exists: ./dway up starts the bank`)
  if (service !== undefined && !services.includes(service)) {
    const meant = nearest(service, services)
    throw new UsageError(
      `no service is called '${service}'.${meant ? ` Did you mean '${meant}'?` : ''} There are ${services.join(', ')}`,
      { remedy: `to search for the word: ./dway logs '"${service}"'` },
    )
  }
  const { since } = flags
  const selector = service === undefined ? NAME_LABEL : `${NAME_LABEL}=${service}`
  const options = [
    ...(flags['follow'] ? ['--follow'] : []),
    ...(since === undefined ? ['--tail=100'] : [`--since=${String(since)}`, '--tail=-1']),
  ]
  const logs = kubectlBank([
    'logs',
    `--selector=${selector}`,
    '--prefix',
    '--all-containers',
    '--ignore-errors',
    '--max-log-requests=50',
    ...options,
  ]).nothrow()
  for await (const line of createInterface({ input: logs.stdout }))
    console.log(flags['json'] ? asJson(line) : line)
  const { exitCode, stderr } = await logs
  if (exitCode !== 0) throw new UserError(`the logs end here: ${stderr.trim().split('\n').at(-1) ?? ''}`)
}

/** The most lines that are looked for. */
const limitOf = (since: number | undefined) => (since === undefined ? 100 : 10_000)

/** Says on standard error what the lines that were printed don't: that there are none, or that there may be more. */
function sayHowMany(count: number, since: number | undefined): void {
  if (count === 0) note('nothing matches')
  else if (count === limitOf(since))
    note(`only the last ${count}: ${since === undefined ? '--since goes further back' : 'narrow the query'}`)
}

/** What prints a record as a line to read, with the address of its trace. */
async function readable(): Promise<(record: LogRecord) => void> {
  const { traces } = await openAddresses()
  return (record) => console.log(lineOf(record, traces))
}

/** Prints what VictoriaLogs finds. */
async function printFound(query: string, flags: Flags, since: number | undefined): Promise<void> {
  const read = flags['json'] ? undefined : await readable()
  const print = (line: string) => (read ? read(JSON.parse(line) as LogRecord) : console.log(line))
  await withStore(async (origin) => {
    if (flags['follow']) {
      for await (const line of follow(origin, query, since)) print(line)
      throw new UserError('the logs end here: the store has ended the connection')
    }
    const found = await search(origin, { query, limit: limitOf(since), since })
    for (const line of found) print(line)
    sayHowMany(found.length, since)
  })
}

/** Prints what Elasticsearch finds. */
async function printFoundByElk(query: string, flags: Flags, since: number | undefined): Promise<void> {
  const print = flags['json'] ? (record: LogRecord) => console.log(JSON.stringify(record)) : await readable()
  await withElasticsearch(async (store) => {
    if (flags['follow']) for await (const record of followElasticsearch(store, query, since)) print(record)
    const found = await searchElasticsearch(store, { query, limit: limitOf(since), since })
    for (const record of found) print(record)
    sayHowMany(found.length, since)
  })
}

await runVerb('logs', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [word] = words
  const { since } = flags
  const back = typeof since === 'string' ? millisecondsOf(since) : undefined
  if (since !== undefined && back === undefined) {
    throw new UsageError(`--since is '${String(since)}', but it must be a duration like 30s, 10m or 2h`)
  }
  await requireCluster()
  const printQuery = logStore() === 'elk' ? printFoundByElk : printFound
  if (word !== undefined && isQuery(word)) await printQuery(word, flags, back)
  else await printPods(word, flags)
})
