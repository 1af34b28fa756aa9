import { type AccountSeed, type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts'

/** Identifiers and secrets of the tests: obvious patterns, never somebody's. */
export const accountSid = `AC${'a'.repeat(32)}`
export const otherAccountSid = `AC${'b'.repeat(32)}`
export const authToken = 'token-of-account-a-aaaaaaaaaaaaa'
export const apiKey = `SK${'a'.repeat(32)}`
export const apiKeySecret = 'secret-of-key-a/+=aaaaaaaaaaaaaa'
export const keySid = `CR${'1'.repeat(32)}`
export const otherKeySid = `CR${'2'.repeat(32)}`
export const awsSid = `CR${'3'.repeat(32)}`
export const otherAwsSid = `CR${'4'.repeat(32)}`
export const bucket = 'https://media.s3.amazonaws.com/compositions'
export const otherBucket = 'https://elsewhere.s3.amazonaws.com/compositions'

/** The settings of an account on which everything is as it should be. */
export const safe = {
  friendly_name: 'Media',
  encryption_enabled: true,
  encryption_key_sid: keySid,
  aws_storage_enabled: true,
  aws_s3_url: bucket,
  aws_credentials_sid: awsSid,
} as const

/** The inputs that ask for {@link safe}. */
export const safeInputs = {
  'friendly-name': 'Media',
  'encryption-enabled': 'true',
  'encryption-key-sid': keySid,
  'aws-storage-enabled': 'true',
  'aws-s3-url': bucket,
  'aws-credentials-sid': awsSid,
} as const

/** An account as it comes from Twilio: nothing encrypted, nothing stored elsewhere. */
export const open = {
  ...safe,
  encryption_enabled: false,
  encryption_key_sid: null,
  aws_storage_enabled: false,
  aws_s3_url: null,
  aws_credentials_sid: null,
} as const

/** An account that has both kinds of credential. */
export function accountSeed(seed: Partial<AccountSeed> = {}): AccountSeed {
  return {
    sid: accountSid,
    authToken,
    apiKeys: { [apiKey]: apiKeySecret },
    compositionSettings: open,
    publicKeys: [{ sid: keySid }, { sid: otherKeySid }],
    awsCredentials: [{ sid: awsSid }, { sid: otherAwsSid }],
    ...seed,
  }
}

/** A sandbox with one account, which has both kinds of credential. */
export function startAccount(
  seed: Partial<AccountSeed> = {},
  options: Omit<SandboxOptions, 'accounts'> = {},
): Promise<Sandbox> {
  return startSandbox({ ...options, accounts: [accountSeed(seed)] })
}

const sidInput = { 'account-sid': accountSid }
const keyInputs = { 'api-key': apiKey, 'api-key-secret': apiKeySecret }

/** Every way on which a workflow can hand over a credential that works. */
export const authPaths = {
  'the auth token as an input': { with: { ...sidInput, 'auth-token': authToken } },
  'the auth token in the environment': { env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } },
  'an API key as inputs': { with: { ...sidInput, ...keyInputs } },
  'an API key in the environment': {
    env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_KEY_SECRET: apiKeySecret },
  },
  'an API key in the environment, by the name of the CLI': {
    env: { TWILIO_ACCOUNT_SID: accountSid, TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiKeySecret },
  },
  'an API key beside an auth token': { with: { ...sidInput, ...keyInputs, 'auth-token': authToken } },
} as const

/** A pull request as GitHub describes it in the event's payload; `null` for a fork that was deleted. */
export function pullRequest(head: string | null): { readonly pull_request: unknown } {
  return {
    pull_request: {
      head: { repo: head === null ? null : { full_name: head } },
      base: { repo: { full_name: 'your-org/app' } },
    },
  }
}

/** A pull request from a fork: GitHub gives no secrets to it. */
export const forkEvent = { name: 'pull_request', payload: pullRequest('somebody/app') } as const
