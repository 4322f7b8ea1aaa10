import type { Panel } from './description.ts'

export const COLUMNS = 24

/** In rows of about 40 pixels. */
const HEIGHTS: Readonly<Record<Panel['kind'], number>> = {
  links: 3,
  stat: 4,
  gauge: 5,
  timeseries: 8,
  table: 8,
}

export interface Place {
  x: number
  y: number
  width: number
  height: number
}

/** Puts panels side by side until a row is full; all in a row are as high as its highest. */
export function place(panels: readonly Panel[]): { panel: Panel; place: Place }[] {
  const rows: Panel[][] = [[]]
  let used = 0
  for (const panel of panels) {
    if (used + panel.width > COLUMNS) {
      rows.push([])
      used = 0
    }
    rows.at(-1)?.push(panel)
    used += panel.width
  }
  let y = 0
  return rows.flatMap((row) => {
    const height = Math.max(...row.map(({ kind }) => HEIGHTS[kind]))
    let x = 0
    const placed = row.map((panel) => {
      const found = { panel, place: { x, y, width: panel.width, height } }
      x += panel.width
      return found
    })
    y += height
    return placed
  })
}
