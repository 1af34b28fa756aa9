import type { Current, SettingName } from './settings.ts'

/** The two switches, and the settings that each needs to work. */
export const needsOf = {
  encryption_enabled: ['encryption_key_sid'],
  aws_storage_enabled: ['aws_s3_url', 'aws_credentials_sid'],
} as const

/** A setting that switches others on. */
export type Switch = keyof typeof needsOf

/** The switches by name. */
export const switches = Object.keys(needsOf) as Switch[]

/** A setting that one of the switches needs. */
export type Part = (typeof needsOf)[Switch][number]

/** What is blank though its switch is on, so that nothing new can be made at Twilio. */
export function missingParts(state: Current): { readonly switch: Switch; readonly part: Part }[] {
  return switches
    .filter((name) => state[name] === true)
    .flatMap((name) =>
      needsOf[name].filter((part) => (state[part] ?? null) === null).map((part) => ({ switch: name, part })),
    )
}

/**
 * Whether the switch of a setting is off, so that its value does neither good nor harm. One that the
 * account does not show may be on.
 */
export function isIdle(part: SettingName, state: Current): boolean {
  const [switchName] = switches.filter((name) => needsOf[name].some((other) => other === part))
  return switchName !== undefined && (state[switchName] === false || state[switchName] === null)
}
