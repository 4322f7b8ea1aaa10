import { setTimeout as sleep } from 'node:timers/promises'
import { names } from '../../scripts/lib/settings.ts'
import { kubectl } from '../../scripts/lib/shell.ts'
import type { Rule } from '../support/tools.ts'

export type Labels = Record<string, string>

const POLL_MS = 2000

/** Whether all of the wanted labels are among those of an alert. */
const has = (labels: Labels, wanted: Labels) =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value)

/**
 * What a Prometheus says of its alerts, looked at again and again: through the API server, because a drill may take
 * the proxy away.
 */
export class AlertWatch {
  readonly #pod: string
  #rules: Rule[] = []
  #stopped = false
  #ended: Promise<void> | undefined

  constructor(pod: string) {
    this.#pod = pod
  }

  /** Begins to look; the first look has happened when it returns. */
  async start(): Promise<this> {
    await this.#look()
    this.#ended = this.#run()
    return this
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#ended
  }

  async #look(): Promise<void> {
    const path = `/api/v1/namespaces/${names.namespace}/pods/${this.#pod}:9090/proxy/api/v1/rules?type=alert`
    const { stdout } = await kubectl(['get', '--raw', path])
    const { data } = JSON.parse(stdout) as { data: { groups: { rules: Rule[] }[] } }
    this.#rules = data.groups.flatMap((group) => group.rules)
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await sleep(POLL_MS)
      await this.#look().catch(() => undefined)
    }
  }

  #rule(alert: string): Rule {
    const rule = this.#rules.find(({ name }) => name === alert)
    if (!rule) throw new Error(`there is no alert ${alert}`)
    return rule
  }

  /** Seconds for which the cause must last before the alert fires. */
  waits(alert: string): number {
    return this.#rule(alert).duration ?? 0
  }

  fires(alert: string, labels: Labels): boolean {
    const alerts = this.#rule(alert).alerts ?? []
    return alerts.some((one) => one.state === 'firing' && has(one.labels, labels))
  }

  /**
   * Waits until an alert fires, or until it does not.
   * @returns after how many seconds
   * @throws when the given time has passed
   */
  async until(firing: boolean, alert: string, labels: Labels, seconds: number): Promise<number> {
    const began = performance.now()
    const passed = () => (performance.now() - began) / 1000
    while (this.fires(alert, labels) !== firing) {
      if (passed() > seconds)
        throw new Error(`${alert} ${firing ? 'does not fire' : 'still fires'} after ${seconds} s`)
      await sleep(POLL_MS / 4)
    }
    return passed()
  }
}
