import { defineConfig } from 'vitest/config'

/** What meets a whole cluster on a busy machine; `./dway test` names each test that needed it. */
const secondTry = { retry: 1 }

export default defineConfig({
  test: {
    // In the toolbox the checkout and node_modules are not the user's to write to.
    cache: false,
    fsModuleCache: false,
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
          name: 'database',
          include: ['test/database/**/*.test.ts'],
          globalSetup: 'test/support/database-tests.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          ...secondTry,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'drills',
          include: ['test/drills/**/*.test.ts'],
          ...secondTry,
          fileParallelism: false,
          // The drills of a file run at once: most of the time they wait.
          maxConcurrency: 20,
          testTimeout: 900_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'elk',
          include: ['test/elk/**/*.test.ts'],
          ...secondTry,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          ...secondTry,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'validate',
          include: ['test/validate/**/*.test.ts'],
          ...secondTry,
          testTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'devcontainer',
          include: ['test/devcontainer/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 450_000,
        },
      },
      // Run by the tests above, inside of what they open.
      {
        extends: true,
        test: {
          name: 'codespace',
          include: ['test/codespace/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'trials',
          include: ['test/trials/**/*.test.ts'],
          globalSetup: 'test/support/trial-bank.ts',
          fileParallelism: false,
          testTimeout: 450_000,
          hookTimeout: 450_000,
        },
      },
    ],
  },
})
