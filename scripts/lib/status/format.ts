/** Bytes as people read them, by powers of 1024. */
export function bytes(count: number | undefined): string {
  if (count === undefined) return '–'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = count
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`
}

/** A time span as people read it: its largest unit, or its two largest while the first is small. */
export function age(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const
  const position = Math.max(
    0,
    units.findIndex(([, size]) => seconds >= size),
  )
  const [name, size] = seconds < 1 ? units[3] : (units[position] ?? units[3])
  const whole = Math.floor(seconds / size)
  const next = units[position + 1]
  const rest = next && whole < 10 && name !== 'min' ? Math.floor((seconds % size) / next[1]) : 0
  return `${whole} ${name}${next && rest > 0 ? ` ${rest} ${next[0]}` : ''}`
}

/** The number that docker stats prints before a slash, such as `1.467GiB / 23.54GiB`, in bytes. */
export function usedMemory(text: string): number | undefined {
  const match = /^([\d.]+)([KMGT]?i?B)/.exec(text)
  const powers: Record<string, number> = { B: 0, KiB: 1, MiB: 2, GiB: 3, TiB: 4 }
  const power = powers[match?.[2] ?? '']
  return power === undefined ? undefined : Math.round(Number(match?.[1]) * 1024 ** power)
}
