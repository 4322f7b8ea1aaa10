import type { TestProject } from 'vitest/node'
import { type Server, startPostgres } from './scratch-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: Server
  }
}

/** vitest's global setup of the database tests: one PostgreSQL for all of them. What it returns ends it. */
export default async function startForTests(project: TestProject): Promise<() => Promise<void>> {
  const { server, close } = await startPostgres()
  project.provide('postgres', server)
  return close
}
