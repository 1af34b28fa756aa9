import { toActionError } from './shared/errors.ts'
import { publishDefect } from './github/publish.ts'
import { Output } from './github/output.ts'
import { main } from './main.ts'

// Ignore a closed log: a write in progress must still finish.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const output = new Output(process.env['GITHUB_STEP_SUMMARY'] ?? '')
main(output).catch((thrown: unknown) => publishDefect(toActionError(thrown).message, output))
