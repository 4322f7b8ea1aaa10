/** Amounts at which an axis has its lines, from the lowest to the highest; they hold all values and zero. */
export function axisTicks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)]
  if (least === most) return [0, 100]
  const step = niceStep((most - least) / 3)
  const ticks: number[] = []
  for (let tick = Math.floor(least / step); tick <= Math.ceil(most / step); tick += 1) ticks.push(tick * step)
  return ticks
}

/** The least of 1, 2, 2.5, 5 times a power of ten that is not less, and whole. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= least) ?? 10
  return Math.max(1, Math.ceil(factor * power))
}
