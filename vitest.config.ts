import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { stateFolder } from './scripts/lib/settings.ts'

export default defineConfig({
  cacheDir: path.join(stateFolder, 'cache/vitest'),
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['services/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'toolchain/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
