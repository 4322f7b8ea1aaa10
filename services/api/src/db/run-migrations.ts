import { readDatabaseConfig } from '../config.ts'
import { MIGRATIONS_FOLDER } from './migrations.ts'
import { migrate, type Report } from './migrator.ts'

const report: Report = (fact) => {
  process.stdout.write(`${JSON.stringify({ level: 'info', time: new Date().toISOString(), ...fact })}\n`)
}

try {
  const { applied, version } = await migrate(readDatabaseConfig(), MIGRATIONS_FOLDER, report)
  report({ msg: 'database is up to date', applied: applied.length, version })
} catch (error) {
  process.stderr.write(`migrate: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
