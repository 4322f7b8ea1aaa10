import { inject } from 'vitest'
import './database-tests.ts'
import { type Database, makeDatabase } from './scratch-postgres.ts'

/**
 * A database of the test's own, with the bank's schema: a copy, made in a fraction of a second. It goes with the server,
 * after the last test.
 */
export function freshDatabase(name?: string): Promise<Database> {
  return makeDatabase(inject('postgres'), { ...(name !== undefined && { name }) })
}

/** A database of the test's own without any table. */
export function emptyDatabase(name?: string): Promise<Database> {
  return makeDatabase(inject('postgres'), { migrated: false, ...(name !== undefined && { name }) })
}
