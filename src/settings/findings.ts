import type { SettingName } from './settings.ts'

/**
 * The rules that something at Twilio, or in the workflow, can break, with the `title` of what breaks one, and
 * another one, `ofWorkflow`, if the workflow itself does. Where it `isUnusable`, it is a credential that no write
 * may name.
 */
const rules = {
  'floor-encryption': { title: 'encryption is not on', ofWorkflow: 'the workflow asks for no encryption' },
  'floor-external-storage': {
    title: 'external storage is not on',
    ofWorkflow: 'the workflow asks for no external storage',
  },
  'key-missing': { title: 'the public key does not exist', isUnusable: true },
  'key-wrong-kind': { title: 'the public key is an AWS credential', isUnusable: true },
  'key-age': { title: 'the public key is too old' },
  'key-age-unknown': { title: 'the age of the public key is not known' },
  'key-duplicate': { title: 'public keys are equal' },
  'aws-credential-missing': { title: 'the AWS credential does not exist', isUnusable: true },
  'aws-credential-wrong-kind': { title: 'the AWS credential is a public key', isUnusable: true },
  'encryption-without-key': { title: 'encryption is on without a key' },
  'storage-without-url': { title: 'external storage is on without a bucket URL' },
  'storage-without-credential': { title: 'external storage is on without an AWS credential' },
  'not-in-use': { title: 'what is not in use' },
  'credentials-unknown': { title: 'the credentials could not be checked' },
  'media-unencrypted': { title: 'media is not encrypted' },
  'media-elsewhere': { title: 'media is not in the bucket' },
  'media-failed': { title: 'media could not be made' },
  'media-unknown': { title: 'media could not be checked' },
} as const satisfies Record<
  string,
  { readonly title: string; readonly ofWorkflow?: string; readonly isUnusable?: true }
>

/**
 * A policy that is violated. `error`: the run is not compliant; `warning`: it is unknown, or does no harm
 * yet.
 */
export interface Finding {
  readonly rule: keyof typeof rules
  /** Whether the workflow itself asks for it, or it shows at Twilio only. */
  readonly subject: 'desired' | 'live'
  readonly severity: 'error' | 'warning'
  /**
   * The setting because of which Twilio can make nothing new, as long as it stays as it is: an outage. Not
   * set if it harms nothing yet.
   */
  readonly breaks?: SettingName
  /** The problem and the way out, without the full stop at the end. */
  readonly message: string
}

/** What a finding is about, in a few words. */
export function findingTitle({ rule, subject }: Finding): string {
  const words = rules[rule]
  return subject === 'desired' && 'ofWorkflow' in words ? words.ofWorkflow : words.title
}

/** Whether a finding is about a credential that no write may name. */
export function isUnusable({ rule, severity }: Finding): boolean {
  return severity === 'error' && 'isUnusable' in rules[rule]
}
