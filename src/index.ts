import { toActionError } from './shared/errors.ts'
import { publishDefect } from './github/publish.ts'
import { Output } from './github/output.ts'
import { main } from './main.ts'

// Who reads the log may go away. What is being done at Twilio is brought to its end all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const output = new Output()
main(output).catch((thrown: unknown) => publishDefect(toActionError(thrown).message, output))
