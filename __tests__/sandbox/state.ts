import {
  type AccountSeed,
  type CredentialSeed,
  type MediaSeed,
  noQuirks,
  type Quirks,
  type StoredSettings,
} from './seeds.ts'

/** The two resources of settings that every account has. */
export type SettingsResource = 'composition' | 'recording'

/** The two kinds of credentials that an account keeps with Twilio. */
export type CredentialKind = 'PublicKeys' | 'AWS'

/** A public key or an AWS credential, without its secret part, which Twilio never returns. */
export interface StoredCredential {
  readonly sid: string
  friendlyName: string
  readonly dateCreated: string
  dateUpdated: string
  /** The PEM that media is encrypted under, if it is known. Twilio does not return it either. */
  readonly publicKey?: string
}

/** A composition or a recording. */
export type StoredMedia = Required<MediaSeed>

/** One resource of settings: what is stored, and what GETs still answer while a write does not show yet. */
export interface SettingsState {
  /** `null`: never configured. */
  stored: StoredSettings | null
  /** The state before the last write, and the number of GETs that still return it. */
  earlier: { readonly settings: StoredSettings | null; reads: number } | null
}

/** A Restricted API key. */
export interface RestrictedKey {
  readonly secret: string
  readonly permissions: ReadonlySet<string>
}

/** An account as it is now. A test may change it between two requests. */
export interface Account {
  readonly sid: string
  /** The SID of the parent, or its own on a parent. */
  readonly owner: string
  authToken: string
  friendlyName: string
  status: 'active' | 'suspended' | 'closed'
  testCredentials: boolean
  readonly apiKeys: Map<string, string>
  readonly mainKeys: Map<string, string>
  readonly restrictedKeys: Map<string, RestrictedKey>
  readonly settings: Readonly<Record<SettingsResource, SettingsState>>
  readonly credentials: Readonly<Record<CredentialKind, Map<string, StoredCredential>>>
  /** The compositions and the recordings, in the order in which they were made. */
  readonly media: Readonly<Record<SettingsResource, StoredMedia[]>>
  quirks: Quirks
}

/** Everything the sandbox keeps. */
export interface State {
  readonly accounts: Map<string, Account>
  /** The account that each API key of the start belongs to. */
  readonly keyOwners: Map<string, Account>
  /** The SID of the next credential. */
  readonly nextCredentialSid: () => string
}

const firstDate = '2026-01-01T00:00:00Z'

/** Settings that were written once, with defaults only. */
export const defaultSettings: Readonly<StoredSettings> = {
  friendly_name: null,
  encryption_enabled: false,
  encryption_key_sid: null,
  aws_storage_enabled: false,
  aws_s3_url: null,
  aws_credentials_sid: null,
}

/** The state at the start. */
export function createState(seeds: readonly AccountSeed[]): State {
  const accounts = new Map(seeds.map((seed) => [seed.sid, createAccount(seed)]))
  const keyOwners = new Map<string, Account>()
  for (const account of accounts.values()) {
    for (const sid of [...account.apiKeys.keys(), ...account.mainKeys.keys(), ...account.restrictedKeys.keys()])
      keyOwners.set(sid, account)
  }
  let created = 0
  const nextCredentialSid = () => `CR${(++created).toString(16).padStart(32, '0')}`
  return { accounts, keyOwners, nextCredentialSid }
}

function createAccount(seed: AccountSeed): Account {
  return {
    sid: seed.sid,
    owner: seed.owner ?? seed.sid,
    authToken: seed.authToken,
    friendlyName: seed.friendlyName ?? `Account ${seed.sid.slice(0, 6)}`,
    status: seed.status ?? 'active',
    testCredentials: seed.testCredentials ?? false,
    apiKeys: new Map(Object.entries(seed.apiKeys ?? {})),
    mainKeys: new Map(Object.entries(seed.mainKeys ?? {})),
    restrictedKeys: new Map(
      Object.entries(seed.restrictedKeys ?? {}).map(([sid, key]) => [
        sid,
        { secret: key.secret, permissions: new Set(key.permissions) },
      ]),
    ),
    settings: {
      composition: createSettings(seed.compositionSettings),
      recording: createSettings(seed.recordingSettings),
    },
    credentials: { PublicKeys: createCredentials(seed.publicKeys), AWS: createCredentials(seed.awsCredentials) },
    media: { composition: createMedia(seed.compositions), recording: createMedia(seed.recordings) },
    quirks: { ...noQuirks, ...seed.quirks },
  }
}

function createSettings(seed: Partial<StoredSettings> | null | undefined): SettingsState {
  return { stored: seed === null || seed === undefined ? null : { ...defaultSettings, ...seed }, earlier: null }
}

function createCredentials(seeds: readonly CredentialSeed[] = []): Map<string, StoredCredential> {
  return new Map(
    seeds.map((seed) => {
      const dateCreated = seed.dateCreated ?? firstDate
      return [seed.sid, { friendlyName: '', ...seed, dateCreated, dateUpdated: dateCreated }]
    }),
  )
}

function createMedia(seeds: readonly MediaSeed[] = []): StoredMedia[] {
  return seeds.map((seed) => ({
    status: 'completed',
    dateCreated: firstDate,
    content: `The media of ${seed.sid}`,
    encryptionKeySid: null,
    externalLocation: null,
    metadata: null,
    ...seed,
  }))
}
