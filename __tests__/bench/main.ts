import { parseArgs } from 'node:util'
import { benchCheck } from './check.ts'
import { benchFleet } from './fleet.ts'

// "npm run bench -- --fleet 5000" measures a fleet of that size, too; it takes half a minute for each
// thousand.
const { values } = parseArgs({ options: { fleet: { type: 'string' } } })
const more = values.fleet === undefined ? [] : [Number(values.fleet)]
if (more.some((accounts) => !Number.isInteger(accounts) || accounts < 2))
  throw new Error('--fleet must be a number of accounts, 2 or more.')

console.log(await benchCheck())
console.log('')
console.log(await benchFleet([10, 100, 1000, ...more]))
