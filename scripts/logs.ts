// logs: prints what the pods of one service, or of all, have written
//
// Usage: ./dway logs [SERVICE] [--follow] [--since DURATION] [--json]
//
// Prints the last 100 lines of each pod, or all since DURATION.
//
//   --follow          goes on until Ctrl-C
//   --since DURATION  how far back: 30s, 10m, 2h
//   --json            prints every line as JSON with its pod and container
import { createInterface } from 'node:readline'
import { readArgs } from './lib/args.ts'
import { runVerb, UsageError, UserError } from './lib/errors.ts'
import { NAME_LABEL, type List, type Pod } from './lib/kubernetes.ts'
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

await runVerb('logs', async () => {
  const { flags, words } = readArgs(import.meta.url, { words: 1 })
  const [service] = words
  const since = flags['since']
  if (typeof since === 'string' && !/^(\d+(\.\d+)?(h|m|s))+$/.test(since)) {
    throw new UsageError(`--since is '${since}', but it must be a duration like 30s, 10m or 2h`)
  }
  await requireCluster()
  const services = await runningServices()
  if (services.length === 0)
    throw new UserError(`no pod of ${names.namespace} exists: ./dway up starts the bank`)
  if (service !== undefined && !services.includes(service)) {
    const meant = nearest(service, services)
    throw new UsageError(
      `no service is called '${service}'.${meant ? ` Did you mean '${meant}'?` : ''} There are ${services.join(', ')}`,
    )
  }
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
})
