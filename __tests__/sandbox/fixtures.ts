import { onTestFinished } from 'vitest'
import type { Pair } from './ask.ts'
import { type AccountSeed, type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts'

/** A SID of an obvious pattern. */
export const sid = (prefix: 'AC' | 'CR' | 'SK' | 'CJ' | 'RT', digit: string): string => prefix + digit.repeat(32)

/** A SID with a number in it, for tests that need many. */
export const numberedSid = (prefix: 'AC' | 'CR' | 'CJ' | 'RT', number: number): string =>
  prefix + String(number).padStart(32, '0')

export const parent: Pair = [sid('AC', 'a'), 'token-token-token-token-token-00']
export const subaccount: Pair = [sid('AC', 'b'), 'token-token-token-token-token-01']
export const stranger: Pair = [sid('AC', 'c'), 'token-token-token-token-token-02']
export const standardKey: Pair = [sid('SK', 'a'), 'secret-secret-secret-secret-00']

/** The account of {@link parent}, with a Standard API key. */
export const parentSeed = {
  sid: parent[0],
  authToken: parent[1],
  apiKeys: { [standardKey[0]]: standardKey[1] },
} satisfies AccountSeed

/** The account of {@link subaccount}, which {@link parent} owns. */
export const subaccountSeed = { sid: subaccount[0], authToken: subaccount[1], owner: parent[0] } satisfies AccountSeed

export const compositionPath = '/v1/CompositionSettings/Default'
export const recordingPath = '/v1/RecordingSettings/Default'
export const keysPath = '/v1/Credentials/PublicKeys'
export const awsPath = '/v1/Credentials/AWS'
export const compositionsPath = '/v1/Compositions'
export const recordingsPath = '/v1/Recordings'
export const accountsPath = '/2010-04-01/Accounts.json'

/** Starts a sandbox that stops after the test; with {@link parent}, unless the options say otherwise. */
export async function sandboxForTest(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ accounts: [parentSeed], ...options })
  onTestFinished(() => sandbox.close())
  return sandbox
}

/** All six parameters of a POST of settings, with everything switched on. */
export const everything = {
  FriendlyName: 'Everything',
  AwsCredentialsSid: sid('CR', 'd'),
  EncryptionKeySid: sid('CR', 'b'),
  AwsS3Url: 'https://example-bucket.s3.amazonaws.com/compositions',
  AwsStorageEnabled: 'true',
  EncryptionEnabled: 'true',
}

/** What is stored after {@link everything}. */
export const everythingStored = {
  friendly_name: 'Everything',
  aws_credentials_sid: sid('CR', 'd'),
  encryption_key_sid: sid('CR', 'b'),
  aws_s3_url: 'https://example-bucket.s3.amazonaws.com/compositions',
  aws_storage_enabled: true,
  encryption_enabled: true,
}
