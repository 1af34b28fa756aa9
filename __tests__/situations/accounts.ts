import type { AccountSeed, StoredSettings } from '../sandbox/sandbox.ts'
import { accountSid, authToken } from '../action/fixtures.ts'

export const [keyOne, keyTwo] = [`CR${'1'.repeat(32)}`, `CR${'2'.repeat(32)}`] as const
export const [awsA, awsB] = [`CR${'a'.repeat(32)}`, `CR${'b'.repeat(32)}`] as const
/** Long on purpose. */
export const bucket = 'https://acme-media.s3.amazonaws.com/compositions/production/eu-west-1'
export const oldBucket = 'https://old-media.s3.amazonaws.com'

/** The settings of an account that no situation describes. */
export const usual: StoredSettings = {
  friendly_name: 'media',
  encryption_enabled: true,
  encryption_key_sid: keyOne,
  aws_storage_enabled: false,
  aws_s3_url: null,
  aws_credentials_sid: null,
}

/** The settings of an account that was never encrypted. */
export const neverEncrypted: StoredSettings = { ...usual, encryption_enabled: false, encryption_key_sid: null }

/** The settings of an account that were never set. */
export const off: StoredSettings = { ...neverEncrypted, friendly_name: null }

/** The settings of an account that is {@link usual}, except for encryption. */
export const unencrypted: StoredSettings = { ...usual, encryption_enabled: false }

/** The settings that {@link six} asks for. */
export const asSix: StoredSettings = {
  friendly_name: 'Acme media settings',
  encryption_enabled: true,
  encryption_key_sid: keyOne,
  aws_storage_enabled: true,
  aws_s3_url: bucket,
  aws_credentials_sid: awsA,
}

/** Inputs that ask for encryption with key 1. */
export const want = { 'encryption-enabled': 'true', 'encryption-key-sid': keyOne } as const

/** Inputs that ask for S3. */
export const storage = {
  'aws-storage-enabled': 'true',
  'aws-s3-url': bucket,
  'aws-credentials-sid': awsA,
} as const

/** Inputs that ask for all six settings. */
export const six = { ...want, ...storage, 'friendly-name': 'Acme media settings' } as const

/** The parent, whose lists hold all that is named. */
export function parentSeed(seed: Partial<AccountSeed> = {}): AccountSeed {
  return accountSeed(accountSid, { authToken, friendlyName: 'Acme', ...seed })
}

/** The SID of a subaccount by its number, such as `ACb…02`. */
export function subaccountSid(number: number): string {
  return `ACb${String(number).padStart(31, '0')}`
}

/** A subaccount of the parent. */
export function subaccountSeed(number: number, seed: Partial<AccountSeed> = {}): AccountSeed {
  return accountSeed(subaccountSid(number), {
    authToken: `token-of-subaccount-${String(number).padStart(12, '0')}`,
    owner: accountSid,
    friendlyName: `Klinik ${number}`,
    ...seed,
  })
}

/** A parent's subaccounts 1, 2, …, so many that the fleet has `size` accounts; `seed` says what is special of one. */
export function subaccountSeeds(size: number, seed: (number: number) => Partial<AccountSeed>): AccountSeed[] {
  return Array.from({ length: size - 1 }, (_, index) => subaccountSeed(index + 1, seed(index + 1)))
}

function accountSeed(sid: string, seed: Partial<AccountSeed> & { readonly authToken: string }): AccountSeed {
  return {
    sid,
    compositionSettings: usual,
    recordingSettings: usual,
    publicKeys: [
      { sid: keyOne, friendlyName: 'Media key 2025' },
      { sid: keyTwo, friendlyName: 'Media key 2026' },
    ],
    awsCredentials: [
      { sid: awsA, friendlyName: 'Media bucket' },
      { sid: awsB, friendlyName: 'Old bucket' },
    ],
    ...seed,
  }
}
