import type { AlertWatch, Labels } from './alert-watch.ts'

/** A cause, planted for real, that must make alerts fire, and whose end must end them. */
export interface Drill {
  title: string
  alerts: readonly Expected[]
  /** Plants the cause. What it returns takes it away, and waits until that is done. */
  plant: () => Promise<() => Promise<unknown>>
}

export interface Expected {
  alert: string
  /** What tells it from the same alert for another reason. */
  labels?: Labels
  /** Seconds that the cause must last until the rule's expression is true. */
  after?: number
  /** Seconds that the rule's expression looks back, so long does it fire on. */
  looksBack?: number
}

/** Two scrapes, two evaluations, and some of a busy machine's own time: beyond what the rule itself waits for. */
const REACTION_SECONDS = 60

/** An earlier test may have made the alert fire; no rule that a drill waits for looks back longer. */
const QUIET_SECONDS = 200

/** Plants, waits until every alert fires, takes away, and waits until none does. */
export async function runDrill({ title, alerts, plant }: Drill, watch: AlertWatch): Promise<void> {
  const all = <T>(work: (expected: Required<Expected>) => Promise<T>) =>
    Promise.all(alerts.map((one) => work({ labels: {}, after: 0, looksBack: 0, ...one })))
  await all(({ alert, labels }) => watch.until(false, alert, labels, QUIET_SECONDS))
  const remove = await plant()
  let fired: number[]
  try {
    fired = await all(({ alert, labels, after }) =>
      watch.until(true, alert, labels, after + watch.waits(alert) + REACTION_SECONDS),
    )
  } finally {
    await remove()
  }
  const ended = await all(({ alert, labels, looksBack }) =>
    watch.until(false, alert, labels, looksBack + REACTION_SECONDS),
  )
  alerts.forEach(({ alert }, index) => {
    console.log(
      `${title}: ${alert} after ${fired[index]?.toFixed(0)} s, gone after ${ended[index]?.toFixed(0)} s`,
    )
  })
}
