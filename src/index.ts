import * as core from '@actions/core'
import { toActionError } from './errors.ts'
import { main } from './main.ts'

try {
  await main()
} catch (thrown) {
  core.setFailed(toActionError(thrown).message)
}
