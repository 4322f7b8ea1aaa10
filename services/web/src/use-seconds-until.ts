import { useEffect, useState } from 'react'

const secondsUntil = (moment: number | undefined) =>
  moment === undefined ? 0 : Math.max(0, Math.ceil((moment - Date.now()) / 1000))

/** How many seconds it is until a moment, counted down; 0 once it is over. */
export function useSecondsUntil(moment: number | undefined): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(moment))
  useEffect(() => {
    const look = () => setSeconds(secondsUntil(moment))
    look()
    const ticking = setInterval(look, 500)
    return () => clearInterval(ticking)
  }, [moment])
  return seconds
}
