import { Link, Outlet } from '@tanstack/react-router'
import { useCustomer } from '../session.ts'
import { NotFound } from '../views/not-found.tsx'
import styles from './operator.module.css'
import { useOperatorMessages } from './words.ts'

/** The views of operators; for anybody else there is nothing here, and the bank would answer nothing. */
export function OperatorArea() {
  const words = useOperatorMessages()
  if (useCustomer().role !== 'operator') return <NotFound />
  return (
    <>
      <nav className={styles['tabs']} aria-label={words.navigation}>
        <Link to="/operator" activeOptions={{ exact: true, includeSearch: false }}>
          {words.customers.heading}
        </Link>
        <Link to="/operator/transfers" activeOptions={{ includeSearch: false }}>
          {words.transfers.heading}
        </Link>
        <Link to="/operator/ledger">{words.ledger.heading}</Link>
      </nav>
      <Outlet />
    </>
  )
}
