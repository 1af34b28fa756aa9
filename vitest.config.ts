import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    globalSetup: '__tests__/compile-cache.ts',
    // The tests that count start child processes; on a busy two-core machine they are slow, never wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many wait for a pause of the action, and not for the machine.
    maxConcurrency: 12,
    // For the same reason a file for each core, where Vitest would leave one idle.
    maxWorkers: Math.max(2, availableParallelism()),
    // The files of a process are run one after another, and leave it as it was: it loads what they import once.
    isolate: false,
    restoreMocks: true,
  },
})
