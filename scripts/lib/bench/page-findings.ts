import { UserError } from '../errors.ts'
import { median, rounded, type Finding } from './measure.ts'
import { conditions, type Device, type DeviceFigures, layoutShift, type PageFigures } from './page-figures.ts'

/** Stricter than what web.dev calls good: 2.5 s, 0.1 and 200 ms. */
const MOST_LCP_MS = 1_500
const MOST_SHIFT = 0.02
const MOST_INP_MS = 100
const FRAMES_A_SECOND = 60
const LEAST_FRAMES = 0.95
/** A frame that took longer than one and a half: the screen showed the one before twice. */
const LATE_MS = 1.5 * (1_000 / FRAMES_A_SECOND)

const rate = (frames: readonly number[]) =>
  (1_000 * frames.length) / frames.reduce((sum, took) => sum + took, 0)

function paint(view: string, times: readonly number[]): Finding {
  const middle = median(times)
  const [least, most] = [Math.min(...times), Math.max(...times)]
  return {
    measure: `LCP, ${view}`,
    goal: `≤ ${MOST_LCP_MS / 1_000} s`,
    result: `${rounded(middle)} ms, ${rounded(least)} to ${rounded(most)} of ${times.length} cold loads`,
    ratio: middle / MOST_LCP_MS,
    met: middle <= MOST_LCP_MS,
  }
}

function ofDevice(device: Device, { overview, account, shifts, interactions }: DeviceFigures): Finding[] {
  const slowest = interactions.toSorted((one, other) => other.took - one.took)[0]
  const isPainted = [...overview, ...account].every((time) => time > 0)
  const isCounted = [overview, account, shifts].every(({ length }) => length > 0)
  if (!isPainted || !isCounted || !slowest || slowest.took === 0) throw notTold()
  const shift = Math.max(...shifts.map(layoutShift))
  return [
    paint(`overview, ${device}`, overview),
    paint(`account, ${device}`, account),
    {
      measure: `CLS, ${device}`,
      goal: `≤ ${MOST_SHIFT}`,
      result: `${rounded(shift)}, the worst of ${shifts.length} pages`,
      ratio: shift / MOST_SHIFT,
      met: shift <= MOST_SHIFT,
    },
    {
      measure: `INP, ${device}`,
      goal: `≤ ${MOST_INP_MS} ms`,
      result: `${rounded(slowest.took)} ms, the slowest of ${interactions.length}: ${slowest.what}`,
      ratio: slowest.took / MOST_INP_MS,
      met: slowest.took <= MOST_INP_MS,
    },
  ]
}

const notTold = () => new UserError('the browser has not told all of the page')

/**
 * What was measured against its goals.
 * @throws UserError where something was never seen: that is no figure, and takes no time
 */
export function findingsOf(figures: PageFigures): Finding[] {
  const { frames, rest } = figures
  if (frames.length === 0 || rest.length === 0) throw notTold()
  const perSecond = rate(frames)
  const late = frames.filter((took) => took > LATE_MS).length
  return [
    ...(Object.keys(conditions) as Device[]).flatMap((device) => ofDevice(device, figures[device])),
    {
      measure: 'scrolling',
      goal: `≥ ${LEAST_FRAMES} of ${FRAMES_A_SECOND}/s`,
      result: `${rounded(perSecond)} frames/s, ${late} of ${frames.length} late; ${rounded(rate(rest))}/s at rest`,
      ratio: perSecond / FRAMES_A_SECOND,
      met: perSecond >= LEAST_FRAMES * FRAMES_A_SECOND,
    },
  ]
}
