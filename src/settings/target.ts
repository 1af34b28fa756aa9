/**
 * The Twilio resources that hold the settings: one for compositions, one for recordings, in the order in
 * which they are shown.
 */
export const resources = ['composition-settings', 'recording-settings'] as const
export type Resource = (typeof resources)[number]

/** The default name of settings: Twilio requires one on every write. */
export const defaultNames: Readonly<Record<Resource, string>> = {
  'composition-settings': 'Composition settings',
  'recording-settings': 'Recording settings',
}

/** One account and one resource of it. */
export interface Target {
  readonly accountSid: string
  readonly resource: Resource
}

/** Whether two spellings of an account's SID mean the same account. */
export function isSameAccount(a: string | null, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase()
}

/** Whether a text is the SID of an account. */
export function isAccountSid(text: string): boolean {
  return /^AC[0-9a-fA-F]{32}$/.test(text)
}
