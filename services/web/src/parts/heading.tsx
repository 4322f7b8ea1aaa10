import { type ReactNode, useEffect, useRef } from 'react'

/** The heading of a view: names the page's tab and takes the focus, so that a screen reader starts here. */
export function Heading({ children, title }: { children: ReactNode; title: string }) {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => ref.current?.focus({ preventScroll: true }), [])
  useEffect(() => {
    document.title = `${title} · DwayBank`
  }, [title])
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  )
}
