import * as core from '@actions/core'
import { toActionError } from './errors.ts'
import { main } from './main.ts'

main().catch((thrown: unknown) => core.setFailed(toActionError(thrown).message))
