import { type AccountSeed, type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts'
import { awsSid, keySid, safe } from './fixtures.ts'

/** The SID of a subaccount by its number. */
export function subaccountSid(number: number): string {
  return `AC${number.toString(16).padStart(32, '0')}`
}

/** The auth token of a subaccount by its number. */
export function subaccountToken(number: number): string {
  return `token-of-subaccount-${number.toString().padStart(12, '0')}`
}

export const parentSid = `AC${'f'.repeat(32)}`
export const parentToken = 'token-of-the-parent-ffffffffffff'

/** A Main and a Standard API key of the parent. */
export const [parentMainKey, parentKey] = [`SK${'e'.repeat(32)}`, `SK${'f'.repeat(32)}`] as const
export const parentKeySecret = 'secret-of-a-key-of-the-parent-ff'

/** Inputs that reach all accounts of the parent. */
export const parentInputs = { 'account-sid': parentSid, 'auth-token': parentToken, accounts: 'all' } as const

/** Inputs that ask for what all accounts of a fleet have, whatever their keys are. */
export const fleetInputs = { 'encryption-enabled': 'true', 'friendly-name': 'Media' } as const

/** The settings of an account that differs from {@link fleetInputs} in one setting. */
export const unencrypted = { ...safe, encryption_enabled: false } as const

/** Makes these subaccounts {@link unencrypted}. */
export function drifts(...numbers: readonly number[]): (number: number) => Partial<AccountSeed> {
  return (number) => (numbers.includes(number) ? { compositionSettings: unencrypted } : {})
}

/** A parent and so many subaccounts, all of them safe unless `seed` says otherwise of one. */
export function fleetSeeds(
  subaccounts: number,
  seed: (number: number) => Partial<AccountSeed> = () => ({}),
): AccountSeed[] {
  const account = (sid: string, authToken: string, more: Partial<AccountSeed>): AccountSeed => ({
    sid,
    authToken,
    compositionSettings: safe,
    publicKeys: [{ sid: keySid }],
    awsCredentials: [{ sid: awsSid }],
    ...more,
  })
  const owned = Array.from({ length: subaccounts }, (_, index) =>
    account(subaccountSid(index + 1), subaccountToken(index + 1), { owner: parentSid, ...seed(index + 1) }),
  )
  const keys = { mainKeys: { [parentMainKey]: parentKeySecret }, apiKeys: { [parentKey]: parentKeySecret } }
  return [account(parentSid, parentToken, keys), ...owned]
}

/** A sandbox with the accounts of {@link fleetSeeds}. */
export function startFleet(
  subaccounts: number,
  seed?: (number: number) => Partial<AccountSeed>,
  options: Omit<SandboxOptions, 'accounts'> = {},
): Promise<Sandbox> {
  return startSandbox({ ...options, accounts: fleetSeeds(subaccounts, seed) })
}
