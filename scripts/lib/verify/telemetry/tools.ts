import { messageOf, UserError } from '../../errors.ts'
import { toolsHeaders, type FrontDoor } from '../../front-door.ts'
import { HttpsClient, type Answer } from '../../https-client.ts'
import type { LogRecord } from '../../logs/print.ts'
import type { Sources, Span } from './judge.ts'

/** What watches the bank, by its name at the front door. */
const tools = {
  prometheus: 'Prometheus',
  logs: 'the log store',
  traces: 'Zipkin',
  dashboards: 'the store of dashboards',
} as const
type Tool = keyof typeof tools

/** Lines of one run that are looked at. */
const LINES = 500
const CONNECTIONS = 4
const SHOWN = 200

/** Asks the tools as a developer does: by the front door, logged in. */
export class Tools implements Sources {
  readonly #clients: Readonly<Record<Tool, HttpsClient>>
  readonly #headers: Record<string, string>

  private constructor(door: FrontDoor, headers: Record<string, string>) {
    const client = (tool: Tool) => new HttpsClient({ ...door, name: `${tool}.${door.name}` }, CONNECTIONS)
    this.#clients = {
      prometheus: client('prometheus'),
      logs: client('logs'),
      traces: client('traces'),
      dashboards: client('dashboards'),
    }
    this.#headers = headers
  }

  static async open(door: FrontDoor): Promise<Tools> {
    return new Tools(door, await toolsHeaders())
  }

  /**
   * What a tool answers.
   * @throws {UserError} if that is no 200
   */
  async ask(tool: Tool, path: string, parameters: Record<string, string> = {}): Promise<string> {
    let answer: Answer
    try {
      const query = new URLSearchParams(parameters).toString()
      answer = await this.#clients[tool].ask(`${path}?${query}`, { headers: this.#headers })
    } catch (error) {
      throw new UserError(`${tools[tool]} does not answer: ${messageOf(error)}`, { cause: error })
    }
    if (answer.status !== 200) {
      const words = answer.text.trim().replaceAll(/\s+/g, ' ').slice(0, SHOWN)
      throw new UserError(`${tools[tool]} answers ${answer.status}: ${words}`)
    }
    return answer.text
  }

  async valueOf(promql: string): Promise<number | undefined> {
    const text = await this.ask('prometheus', '/api/v1/query', { query: promql })
    const { data } = JSON.parse(text) as { data: { result: { value: [number, string] }[] } }
    const [sample] = data.result
    return sample === undefined ? undefined : Number(sample.value[1])
  }

  async linesOf(logsql: string): Promise<LogRecord[]> {
    const text = await this.ask('logs', '/select/logsql/query', { query: logsql, limit: String(LINES) })
    const lines = text.split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as LogRecord)
  }

  async spansOf(requestId: string): Promise<Span[]> {
    const parameters = { annotationQuery: `request.id=${requestId}`, limit: '100' }
    const text = await this.ask('traces', '/api/v2/traces', parameters)
    return (JSON.parse(text) as Span[][]).flat()
  }

  close(): void {
    for (const client of Object.values(this.#clients)) client.close()
  }
}
