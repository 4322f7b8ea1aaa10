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
//     ./dway logs 'service:proxy status:>=500 | stats by (path) count()' --since 24h
//
//   --follow          goes on until Ctrl-C
//   --since DURATION  how far back: 30s, 10m, 2h
//   --json            prints every line as JSON with its pod and container
import { createInterface } from 'node:readline'
import { readArgs, type Flags } from './lib/args.ts'
import { runVerb, UsageError, UserError } from './lib/errors.ts'
import { NAME_LABEL, type List, type Pod } from './lib/kubernetes.ts'
import { lineOf, type LogRecord } from './lib/logs/print.ts'
import { follow, search, withStore } from './lib/logs/store.ts'
import { isQuery, millisecondsOf } from './lib/logs/words.ts'
import { nearest } from './lib/nearest.ts'
import { requireCluster } from './lib/running.ts'
import { names } from './lib/settings.ts'
import { kubectlBank, must } from './lib/shell.ts'

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

/** Prints what the log store finds. */
async function printFound(query: string, flags: Flags, since: number | undefined): Promise<void> {
  const print = (line: string) => console.log(flags['json'] ? line : lineOf(JSON.parse(line) as LogRecord))
  await withStore(async (origin) => {
    if (flags['follow']) {
      for await (const line of follow(origin, query, since)) print(line)
      throw new UserError('the logs end here: the store has ended the connection')
    }
    const limit = since === undefined ? 100 : 10_000
    for (const line of await search(origin, { query, limit, since })) print(line)
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
  if (word !== undefined && isQuery(word)) await printFound(word, flags, back)
  else await printPods(word, flags)
})
