import { useEffect, useRef } from 'react'
import { announce } from './parts/announcer.tsx'

/**
 * Says how many more are shown once there is another page of a list, and takes the focus to the first of them, or to the
 * count where there is none: the button that had it may be gone. Where nobody pressed that, the focus stays.
 */
export function useFocusOnMore<E extends HTMLElement>(
  pages: number,
  added: number,
  words: (n: number) => string,
  wasPressed = () => true,
) {
  const firstNew = useRef<E>(null)
  const count = useRef<HTMLParagraphElement>(null)
  // Pages that were there from the beginning are no news, and the heading has the focus.
  const known = useRef(pages)
  useEffect(() => {
    const isMore = pages > known.current
    known.current = pages
    if (!isMore) return
    announce(words(added))
    if (!wasPressed()) return
    const target = added > 0 ? firstNew.current : count.current
    target?.focus()
  }, [pages, added, words, wasPressed])
  return { firstNew, count }
}
