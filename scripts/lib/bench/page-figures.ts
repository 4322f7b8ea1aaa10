import path from 'node:path'
import { stateFolder } from '../settings.ts'

/** What shows the page, and how slowly it is reached. */
export interface Conditions {
  screen: { width: number; height: number }
  pixelRatio: number
  isMobile: boolean
  /** From a request to the first of its answer, in milliseconds. */
  latency: number
  /** Bits a second. */
  down: number
  up: number
  /** How many times slower than here. */
  processor: number
}

/**
 * A browser's tools slow down requests, where a network slows down packets: as Lighthouse does it for its phone.
 * @param roundTrip in milliseconds
 * @param down in its kbps, which are 1,024 bits a second
 * @param up the same
 */
const asRequests = (roundTrip: number, down: number, up: number) => ({
  latency: 3.75 * roundTrip,
  down: 0.9 * 1024 * down,
  up: 0.9 * 1024 * up,
})

/**
 * Lighthouse's phone, and its desktop, whose network it simulates alone. Source: core/config/constants.js of Lighthouse.
 */
export const conditions = {
  desktop: {
    screen: { width: 1350, height: 940 },
    pixelRatio: 1,
    isMobile: false,
    ...asRequests(40, 10_240, 10_240),
    processor: 1,
  },
  phone: {
    screen: { width: 412, height: 823 },
    pixelRatio: 1.75,
    isMobile: true,
    ...asRequests(150, 1_638.4, 750),
    processor: 4,
  },
} as const satisfies Record<string, Conditions>
export type Device = keyof typeof conditions

/** What the browser is to look at, and who is logged in there. */
export interface PageToMeasure {
  sessionId: string
  accountId: string
}

/** A layout that moved without anybody's doing, and when, in milliseconds since the page began to load. */
export interface Shift {
  value: number
  at: number
}

/** What somebody did, and how long it took until the page showed that, in milliseconds. */
export interface Interaction {
  what: string
  took: number
}

/** What was seen of the page on a device. */
export interface DeviceFigures {
  /** The largest contentful paint of each cold load, in milliseconds. */
  overview: number[]
  account: number[]
  /** Of each page that was looked at, from its load to its end. */
  shifts: Shift[][]
  interactions: Interaction[]
}

export interface PageFigures extends Record<Device, DeviceFigures> {
  /** How long each frame took while the history was scrolled, and before that, when nothing moved, in milliseconds. */
  frames: number[]
  rest: number[]
}

/** Where the browser's container finds what to measure, and where it leaves what it found. */
export const pageToMeasure = path.join(stateFolder, 'bench-page.json')
export const pageFigures = path.join(stateFolder, 'bench-page-figures.json')

const WINDOW_MS = 5_000
const GAP_MS = 1_000

/** The cumulative layout shift of a page: the worst sum of shifts within a second of each other, over five at most. */
export function layoutShift(shifts: readonly Shift[]): number {
  let [worst, sum, first, last] = [0, 0, -Infinity, -Infinity]
  for (const { value, at } of shifts) {
    const goesOn = at - last < GAP_MS && at - first < WINDOW_MS
    sum = goesOn ? sum + value : value
    if (!goesOn) first = at
    last = at
    worst = Math.max(worst, sum)
  }
  return worst
}
