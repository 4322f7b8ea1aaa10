import {
  defaultRangeExtractor,
  type Range,
  useWindowVirtualizer,
  type VirtualItem,
} from '@tanstack/react-virtual'
import {
  type FocusEvent,
  type RefCallback,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'

/** Rows beyond the window's edges, so that the keyboard finds the next one. */
const BEYOND = 8
/** So many rows before the last, more are fetched. */
const NEAR_END = 40

/** How high the rows of a list were when it was left: whoever comes back to it is scrolled to the same row. */
const heightsOnLeaving = new WeakMap<object, VirtualItem[]>()

interface Rows {
  /** What the rows are made of: the same object is the same list. */
  source: object
  count: number
  keyOf: (index: number) => string
  /** A guess, until the row has been seen. */
  heightOf: (index: number) => number
  /** Called where the rows are about to end; undefined while no more can be had. */
  onNearEnd: (() => void) | undefined
}

interface RowsInView {
  rows: VirtualItem[]
  listRef: RefCallback<HTMLElement>
  rowRef: RefCallback<HTMLElement>
  /** For the list: the row with the focus stays, wherever the window is scrolled to. */
  onFocus: (event: FocusEvent) => void
  onBlur: () => void
}

/** The rows of a list of any length that are near the window, so that only those are on the page; in print all are. */
export function useRowsInView({ source, count, keyOf, heightOf, onNearEnd }: Rows): RowsInView {
  const list = useRef<HTMLElement>(null)
  const focused = useRef<Place>(undefined)
  const top = useDistanceFromTop(list)
  const isPrinting = usePrinting()
  const wanted = useCallback(
    (range: Range) => {
      if (isPrinting) return Array.from({ length: range.count }, (_, index) => index)
      const indexes = defaultRangeExtractor(range)
      const kept = focused.current && indexNow(focused.current, range.count, keyOf)
      if (kept === undefined || indexes.includes(kept)) return indexes
      return [...indexes, kept].toSorted((a, b) => a - b)
    },
    [isPrinting, keyOf],
  )
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count,
    estimateSize: heightOf,
    getItemKey: keyOf,
    initialMeasurementsCache: heightsOnLeaving.get(source) ?? [],
    rangeExtractor: wanted,
    overscan: BEYOND,
    scrollMargin: top,
    // Whoever has scrolled down to some row keeps it where it is when new ones come above.
    anchorTo: scrollY > top ? 'end' : 'start',
    // What only moves needs no rendering.
    directDomUpdates: true,
    directDomUpdatesMode: 'position',
  })
  const { containerRef, measureElement } = virtualizer
  const listRef = useCallback(
    (element: HTMLElement | null) => {
      list.current = element
      containerRef(element)
    },
    [containerRef],
  )

  const shown = useRef(source)
  useEffect(() => {
    shown.current = source
  }, [source])
  useEffect(
    () => () => {
      heightsOnLeaving.set(shown.current, virtualizer.takeSnapshot())
    },
    [virtualizer],
  )

  const isNear = !isPrinting && (virtualizer.range?.endIndex ?? 0) >= count - NEAR_END
  useEffect(() => {
    if (isNear) onNearEnd?.()
  }, [isNear, onNearEnd])

  return {
    rows: virtualizer.getVirtualItems(),
    listRef,
    rowRef: measureElement,
    onFocus({ target }) {
      const row = target.closest('[data-index]')?.getAttribute('data-index')
      focused.current = row ? { index: Number(row), key: keyOf(Number(row)) } : undefined
    },
    onBlur() {
      focused.current = undefined
    },
  }
}

interface Place {
  index: number
  key: string
}

/** Where a row is that was at this place: new ones come above it. */
export function indexNow(
  { index, key }: Place,
  count: number,
  keyOf: (index: number) => string,
): number | undefined {
  for (let now = index; now < count; now += 1) if (keyOf(now) === key) return now
  return undefined
}

/** How far below the top of the page an element begins. */
function useDistanceFromTop(element: { current: HTMLElement | null }): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const look = () => {
      if (element.current) setTop(Math.round(element.current.getBoundingClientRect().top + scrollY))
    }
    look()
    // Whatever above it grows, makes the page grow.
    const observer = new ResizeObserver(look)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return top
}

function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    const show = (is: boolean) => () => flushSync(() => setPrinting(is))
    const [before, after] = [show(true), show(false)]
    addEventListener('beforeprint', before)
    addEventListener('afterprint', after)
    return () => {
      removeEventListener('beforeprint', before)
      removeEventListener('afterprint', after)
    }
  }, [])
  return isPrinting
}
