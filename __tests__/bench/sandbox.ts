import { safe, startAccount } from '../action/fixtures.ts'

const sandbox = await startAccount({ compositionSettings: safe })
process.once('disconnect', () => void sandbox.close())
process.send?.(sandbox.url)
