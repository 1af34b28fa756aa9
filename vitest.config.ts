import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    // The tests that count start child processes; on a busy two-core machine they are slow, never wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many wait for a pause of the action, and not for the machine.
    maxConcurrency: 12,
    // For the same reason two files at once, also where Vitest would run one, as on two cores.
    maxWorkers: 2,
  },
})
