import type { ReactNode } from 'react'
import { Brand } from '../parts/brand.tsx'

/** The frame of the two views for people who are not logged in. */
export function Welcome({ children }: { children: ReactNode }) {
  return (
    <div className="welcome">
      <header className="welcome-side">
        <Brand />
        <div className="welcome-words">
          <p className="welcome-claim">Money that goes where you say.</p>
          <p>Accounts, transfers and every movement accounted for, to the cent.</p>
        </div>
      </header>
      <main id="content" className="welcome-main">
        {children}
      </main>
    </div>
  )
}
