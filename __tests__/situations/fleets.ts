import { otherAccountSid } from '../action/fixtures.ts'
import { shortPauses } from '../action/impatient.ts'
import type { Effect } from '../sandbox/sandbox.ts'
import { subaccountSeed, subaccountSeeds, subaccountSid, unencrypted, usual } from './accounts.ts'
import type { Situation } from './situation.ts'

const encrypted = { accounts: 'all', 'encryption-enabled': 'true' } as const
const [clear, hostileName] = [{ compositionSettings: unencrypted }, 'x<img src=x> | @team'] as const

/** What goes wrong with single accounts of a fleet, by their numbers. */
const troubles: Readonly<Record<number, Effect>> = {
  6: { kind: 'status', status: 403, code: 20005, message: 'Account is not active' },
  7: { kind: 'status', status: 500, code: 20500, message: 'Internal Server Error' },
  8: { kind: 'status', status: 404, code: 20001, message: 'Not found' },
  9: { kind: 'wrong-account', sid: otherAccountSid },
}

/** The situations with more than one account. */
export const fleets: readonly Situation[] = [
  {
    number: 17,
    name: 'one account of a fleet, recordings',
    inputs: { accounts: subaccountSid(2), resources: 'recordings', 'encryption-enabled': 'true' },
    server: {
      subaccounts: [
        subaccountSeed(1),
        subaccountSeed(2, { friendlyName: 'Klinik Nord', recordingSettings: { ...usual, encryption_enabled: false } }),
      ],
    },
    expected: { exitCode: 1, result: 'drift', says: [['summary', subaccountSid(2)]] },
  },
  {
    number: 18,
    name: 'fleet, 3 wrong of 40',
    inputs: encrypted,
    server: {
      subaccounts: subaccountSeeds(40, (number) =>
        number === 20 ? { ...clear, friendlyName: hostileName } : number === 7 || number === 31 ? clear : {},
      ),
    },
    expected: {
      exitCode: 1,
      result: 'drift',
      says: [
        ['summary', /3 of (the )?40/],
        ...[7, 20, 31].map((number) => ['summary', subaccountSid(number)] as const),
      ],
    },
  },
  {
    number: 19,
    name: 'fleet, mixed',
    inputs: { ...encrypted, require: 'encryption' },
    server: {
      subaccounts: subaccountSeeds(40, (number) => (number <= 5 ? clear : {})),
      faults: Object.entries(troubles).map(([number, effect]) => ({
        match: { account: subaccountSid(Number(number)), path: 'Settings' },
        times: Infinity,
        effect,
      })),
    },
    env: shortPauses,
    expected: { exitCode: 1, says: [['summary', subaccountSid(1)]] },
  },
  {
    number: 20,
    name: 'fleet, 900 wrong',
    // One request for each account, so that it is soon over.
    inputs: { ...encrypted, concurrency: '16', 'verify-credentials': 'false' },
    server: { subaccounts: subaccountSeeds(1000, (number) => (number <= 900 ? clear : {})) },
    expected: { exitCode: 1, result: 'drift', says: [['summary', /900 of (the )?1,?000/]] },
  },
]
