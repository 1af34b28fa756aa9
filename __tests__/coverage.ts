import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Report } from 'c8'
import { startVitest } from 'vitest/node'

const root = fileURLToPath(new URL('../', import.meta.url))
const folder = join(root, 'coverage')
const notes = join(folder, 'tmp')
/** Nothing in them is there when a program runs, so that nothing in them can be run. */
const onlyTypes = ['src/run/effects.ts', 'src/**/*.d.ts']

// Every process notes what it ran: those of the tests, and the action's, which runs from its sources in
// place of dist/. Both leave TypeScript to Node, which blanks types out and moves nothing, so that the
// notes fit the sources as they are.
rmSync(folder, { recursive: true, force: true })
Object.assign(process.env, { NODE_V8_COVERAGE: notes, COVERAGE_FOLDER: notes, ACTION_PROGRAM: 'src/index.ts' })
const vitest = await startVitest('test', [], {
  root,
  watch: false,
  testTimeout: 600_000,
  setupFiles: [fileURLToPath(new URL('coverage-setup.ts', import.meta.url))],
  experimental: { viteModuleRunner: false, nodeLoader: false },
})
await vitest.close()

await new Report({
  src: [root],
  resolve: root,
  include: ['src/**/*.ts'],
  exclude: onlyTypes,
  extension: ['.ts'],
  all: true,
  reporter: ['text'],
  reportsDirectory: folder,
  tempDirectory: notes,
}).run()
