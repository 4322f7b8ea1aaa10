import { setTimeout as sleep } from 'node:timers/promises'
import { toolsHeaders } from '../../scripts/lib/front-door.ts'
import { type Answer, ask, bankHost, type Question } from './front-door.ts'

let toolsLogin = await toolsHeaders()

/** Asks a tool by its name at the front door, logged in, as a browser that opens a page. */
export async function askTool(tool: string, path: string, question: Question = {}): Promise<Answer> {
  const askOnce = () => {
    const headers = { accept: 'text/html,*/*', ...toolsLogin, ...question.headers }
    return ask(path, { ...question, headers, host: `${tool}.${bankHost}` })
  }
  const answer = await askOnce()
  if (answer.status !== 401) return answer
  // It was rotated.
  toolsLogin = await toolsHeaders()
  return askOnce()
}

async function json<T>(tool: string, path: string): Promise<T> {
  const { status, text } = await askTool(tool, path)
  if (status !== 200) throw new Error(`${tool}${path}: ${status} ${text.slice(0, 200)}`)
  return JSON.parse(text) as T
}

interface Sample {
  metric: Record<string, string>
  value: [number, string]
}

/** What PromQL answers now. */
export async function promql(query: string): Promise<Sample[]> {
  const path = `/api/v1/query?query=${encodeURIComponent(query)}`
  return (await json<{ data: { result: Sample[] } }>('prometheus', path)).data.result
}

/** The one value of a query; undefined if there is none. */
export async function valueOf(query: string): Promise<number | undefined> {
  const [sample] = await promql(query)
  return sample === undefined ? undefined : Number(sample.value[1])
}

export interface Rule {
  name: string
  type: 'alerting' | 'recording'
  health: string
  lastError?: string
  duration?: number
  alerts?: { state: string; labels: Record<string, string> }[]
}

/** The rules that Prometheus has loaded. */
export async function rules(): Promise<Rule[]> {
  const { data } = await json<{ data: { groups: { rules: Rule[] }[] } }>('prometheus', '/api/v1/rules')
  return data.groups.flatMap((group) => group.rules)
}

/** The alerts of that name which fire, and have for as long as their rule says. */
export async function firing(alert: string): Promise<Record<string, string>[]> {
  const alerts = (await rules()).filter(({ name }) => name === alert).flatMap((rule) => rule.alerts ?? [])
  return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels)
}

export interface Mail {
  subject: string
  time: string
  text?: string
  html?: string
}

/** What the mailbox holds. */
export function mails(): Promise<Mail[]> {
  return json<Mail[]>('mailbox', '/api/email')
}

/**
 * Looks until something is found, twice a second.
 * @param seconds how long it may take
 */
export async function eventually<T>(seconds: number, look: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s`)
    await sleep(500)
  }
}
