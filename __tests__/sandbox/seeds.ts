/** The stored composition settings or recording settings of an account. */
export interface StoredSettings {
  friendly_name: string | null
  encryption_enabled: boolean | null
  encryption_key_sid: string | null
  aws_storage_enabled: boolean | null
  aws_s3_url: string | null
  aws_credentials_sid: string | null
}

/** A public key or an AWS credential that an account has from the start. */
export interface CredentialSeed {
  sid: string
  friendlyName?: string
  /** Answered as it is spelled here: Twilio's documents say RFC 2822 in words and ISO 8601 in the schema. */
  dateCreated?: string
  /** The PEM of a public key, which media is to be encrypted under. Default: none is. */
  publicKey?: string
}

/** A composition or a recording that an account has from the start. */
export interface MediaSeed {
  /** CJ… of a composition, RT… of a recording. */
  sid: string
  /** Default: `completed`. */
  status?: 'enqueued' | 'processing' | 'completed' | 'deleted' | 'failed'
  /** In ISO 8601, GMT. Default: the start of 2026. */
  dateCreated?: string
  /** What was composed or recorded. Default: a short text. `null`: nothing, as of a track that was always muted. */
  content?: string | null
  /** The public key that it is encrypted under, one of the account's that has a PEM. Default: it is in the clear. */
  encryptionKeySid?: string | null
  /** Where it is stored, if that is not Twilio's cloud. */
  externalLocation?: string | null
  /** The headers of the stored object that stand in place of those that tell of its encryption. */
  metadata?: Record<string, string> | null
}

/**
 * The ways in which an account's answers may differ. Where Twilio documents nothing, every possibility
 * has a value.
 */
export interface Quirks {
  /**
   * Whether the account has the Enterprise or Security Edition. Without it `encryption_*` and `aws_*`
   * are absent from answers, as others have seen, and a POST of `EncryptionEnabled=true` is refused with
   * 400 and code 20001. Twilio does not document that refusal, so the real one may differ. Default:
   * true.
   */
  edition: boolean
  /**
   * Properties that are left out of answers, such as `encryption_enabled`; what is stored stays. Twilio
   * does not document why it would. Default: none.
   */
  hidden: string[]
  /**
   * The response to a GET if nothing was ever set; Twilio does not document it. `not-found` is 404 with
   * code 20404. Default: `nulls`.
   */
  neverConfigured: 'not-found' | 'nulls' | 'empty-strings' | 'absent'
  /** The effect of a parameter that a POST leaves out; Twilio does not document it. Default: `keep`. */
  omitted: 'keep' | 'reset'
  /** The effect of a parameter that is an empty string; Twilio does not document it. Default: `clears`. */
  emptyParameter: 'clears' | 'rejected'
  /**
   * After a POST, so many GETs still answer the old state. Twilio documents neither a lag nor that there
   * is none. Default: 0.
   */
  lagReads: number
  /**
   * Settings, by their names in answers, that a POST answers as if it stored them, and does not. Twilio
   * does not document that it would. Default: none.
   */
  ignores: string[]
  /**
   * The status of a successful POST of settings: 201 in Twilio's description until March 2025, 200
   * since. Default: 200.
   */
  createdStatus: 200 | 201
  /**
   * Whether Twilio can write its test file to the bucket, when a POST switches `AwsStorageEnabled` on or
   * moves it to another bucket or credential. `fails` is 400 with code 20001; Twilio does not document
   * the real error. Default: `succeeds`.
   */
  s3Probe: 'succeeds' | 'fails'
  /**
   * Whether `aws_s3_url` is answered with a trailing slash added; Twilio's samples show both. Default:
   * false.
   */
  normalisesUrl: boolean
  /** How a blank text is answered; Twilio does not document which. Default: `null`. */
  blankAs: 'null' | 'empty-string'
  /**
   * Whether a POST may name a public key or an AWS credential that the account does not have, or has as
   * the other kind. `rejected` is 400 with code 20001; Twilio does not document the real error. Default:
   * `accepted`.
   */
  unknownCredentials: 'accepted' | 'rejected'
}

/** The initial state of an account. */
export interface AccountSeed {
  sid: string
  authToken: string
  friendlyName?: string
  status?: 'active' | 'suspended' | 'closed'
  /** The SID of the parent account; missing on a parent itself. */
  owner?: string
  /** Standard API keys: SID to secret. */
  apiKeys?: Record<string, string>
  /** Main API keys, which may list accounts as the auth token may: SID to secret. Default: none. */
  mainKeys?: Record<string, string>
  /**
   * Restricted API keys: SID to secret and permissions such as
   * `/twilio/video/compositions.composition-settings/read`.
   */
  restrictedKeys?: Record<string, { secret: string; permissions: string[] }>
  /** The credentials are test credentials: every request is refused with 403 and code 20008. */
  testCredentials?: boolean
  /** `null` or missing: never configured. */
  compositionSettings?: Partial<StoredSettings> | null
  /** `null` or missing: never configured. */
  recordingSettings?: Partial<StoredSettings> | null
  publicKeys?: CredentialSeed[]
  awsCredentials?: CredentialSeed[]
  compositions?: MediaSeed[]
  recordings?: MediaSeed[]
  quirks?: Partial<Quirks>
}

/** An account without quirks. */
export const noQuirks: Readonly<Quirks> = {
  edition: true,
  hidden: [],
  neverConfigured: 'nulls',
  omitted: 'keep',
  emptyParameter: 'clears',
  lagReads: 0,
  ignores: [],
  createdStatus: 200,
  s3Probe: 'succeeds',
  normalisesUrl: false,
  blankAs: 'null',
  unknownCredentials: 'accepted',
}
