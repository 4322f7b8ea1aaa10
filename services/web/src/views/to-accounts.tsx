import { Navigate } from '@tanstack/react-router'

/** Leads to the accounts, and leaves no entry to go back to. */
export function ToAccounts() {
  return <Navigate to="/" replace />
}
