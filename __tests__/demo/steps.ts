import type { StepResult } from '../action/action.ts'
import { accountSid, authToken, otherAccountSid, safeInputs } from '../action/fixtures.ts'
import { parentSid, parentToken } from '../action/fleet-fixtures.ts'
import { rsaPair } from '../keys.ts'
import type { AccountSeed } from '../sandbox/sandbox.ts'

/** A step of a workflow that the demo runs and shows. */
export interface DemoStep {
  /** By which later steps refer to its outputs. */
  readonly id: string
  readonly title: string
  /** What is about to be seen. */
  readonly about: string
  /**
   * The inputs as a workflow spells them, with expressions for secrets and for the outputs of earlier
   * steps.
   */
  readonly with: Readonly<Record<string, string>>
  /** Files of the repository: path to content. */
  readonly workspace?: Readonly<Record<string, string>>
  readonly promise: Pledge
}

/** How a step has to end. */
export interface Pledge {
  readonly sentence: string
  readonly isKept: (done: Done) => boolean
}

/** A step that ran. */
export interface Done {
  readonly result: StepResult
  /** The methods of the requests that Twilio received from the step; `null` if nobody looked. */
  readonly sent: string | null
}

/** The secrets of the workflow, by their names. */
export const secrets = {
  TWILIO_AUTH_TOKEN: authToken,
  NEW_AUTH_TOKEN: 'token-of-account-b-bbbbbbbbbbbbb',
  MEDIA_AUTH_TOKEN: 'token-of-account-c-ccccccccccccc',
  PARENT_AUTH_TOKEN: parentToken,
} as const

const mediaAccountSid = `AC${'c'.repeat(32)}`
const mediaKeySid = `CR${'c'.repeat(32)}`
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()

/** An account that composes a film every other day: encrypted, but for the one of last week. */
export const mediaAccount: AccountSeed = {
  sid: mediaAccountSid,
  authToken: secrets.MEDIA_AUTH_TOKEN,
  compositionSettings: { friendly_name: 'Media', encryption_enabled: true, encryption_key_sid: mediaKeySid },
  publicKeys: [{ sid: mediaKeySid, publicKey: rsaPair().publicPem }],
  compositions: [1, 3, 5, 7, 9].map((days) => ({
    sid: `CJ${String(days).repeat(32)}`,
    dateCreated: daysAgo(days),
    encryptionKeySid: days === 7 ? null : mediaKeySid,
  })),
}

const account = { 'account-sid': accountSid, 'auth-token': '${{ secrets.TWILIO_AUTH_TOKEN }}' } as const

/** The demo: every entry is a step, run in this order against one sandbox. */
export const steps: readonly DemoStep[] = [
  {
    id: 'check',
    title: 'check finds drift',
    about:
      "The account is as Twilio hands it out: nothing is encrypted, and media stays in Twilio's cloud. The workflow wants something else, so a required check or a nightly run turns red.",
    with: { mode: 'check', ...account, ...safeInputs },
    promise: ends('drift', 'red', 'nothing written'),
  },
  {
    id: 'plan',
    title: 'plan shows what apply would do',
    about:
      'Nothing is written and the step is green. The reviewer gets a plan-id, which stands for exactly these changes.',
    with: { mode: 'plan', ...account, ...safeInputs },
    promise: ends('drift', 'green', 'nothing written'),
  },
  {
    id: 'apply',
    title: 'apply writes what was reviewed, and reads it back',
    about:
      'With expected-plan it writes this plan and no other. It is green only because a second reading shows that the settings took.',
    with: { mode: 'apply', ...account, ...safeInputs, 'expected-plan': '${{ steps.plan.outputs.plan-id }}' },
    promise: ends('applied', 'green', 'written'),
  },
  {
    id: 'check-again',
    title: 'check finds the account in sync',
    about: 'The same step as the first one; what changed is the account.',
    with: { mode: 'check', ...account, ...safeInputs },
    promise: ends('in-sync', 'green', 'nothing written'),
  },
  {
    id: 'downgrade',
    title: 'apply refuses a downgrade',
    about:
      'Somebody switches encryption off in the workflow. That is a risky change, and nobody allowed it by name: nothing is written.',
    with: { mode: 'apply', ...account, 'encryption-enabled': 'false' },
    promise: ends('refused', 'red', 'nothing written'),
  },
  {
    id: 'keys',
    title: 'apply takes the public key from the repository',
    about:
      'Keys as code: keys/media.pem is in the repository, the account is new, and Twilio has never seen the key. apply uploads it and switches encryption on with it. Whoever has the private key can read what is made from now on, and nobody else can.',
    with: {
      mode: 'apply',
      'account-sid': otherAccountSid,
      'auth-token': '${{ secrets.NEW_AUTH_TOKEN }}',
      'encryption-enabled': 'true',
      'encryption-public-key': 'keys/media.pem',
    },
    workspace: { 'keys/media.pem': rsaPair().publicPem },
    promise: ends('applied', 'green', 'written'),
  },
  {
    id: 'media',
    title: 'check looks at the media itself',
    about:
      'The settings of this account are as they should be. But last week, encryption was off for an hour. An auditor asks what happened to the media, not what the settings say today: verify-media looks at the headers of what was composed, and finds the one film that stayed in the clear.',
    with: {
      mode: 'check',
      'account-sid': mediaAccountSid,
      'auth-token': '${{ secrets.MEDIA_AUTH_TOKEN }}',
      'encryption-enabled': 'true',
      require: 'encryption',
      'verify-media': '14d',
    },
    promise: ends('noncompliant', 'red', 'nothing written'),
  },
  {
    id: 'fleet',
    title: 'check covers a fleet of subaccounts',
    about:
      'A parent account and its five subaccounts, one for each customer, in one step. One of them drifts, and the summary shows that one.',
    with: {
      mode: 'check',
      'account-sid': parentSid,
      'auth-token': '${{ secrets.PARENT_AUTH_TOKEN }}',
      accounts: 'all',
      'encryption-enabled': 'true',
      require: 'encryption',
    },
    promise: ends('drift', 'red', 'nothing written'),
  },
]

function ends(result: string, color: 'green' | 'red', writes: 'written' | 'nothing written'): Pledge {
  return {
    sentence: `${color}, with result ${result}, and ${writes}`,
    isKept: ({ result: { outputs, exitCode }, sent }) =>
      outputs['result'] === result &&
      exitCode === (color === 'green' ? 0 : 1) &&
      sent?.includes('POST') === (writes === 'written'),
  }
}
