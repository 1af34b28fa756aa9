import { type Current, type Desired, type SettingName, settings } from './settings.ts'

/** A word of the input `require`: what settings may never fall below. */
export const requirements = ['encryption', 'external-storage'] as const
export type Requirement = (typeof requirements)[number]

/** A rule that something at Twilio, or in the workflow, can break. */
export type FindingRule =
  | `floor-${Requirement}`
  | 'key-missing'
  | 'key-wrong-kind'
  | 'key-age'
  | 'key-duplicate'
  | 'aws-credential-missing'
  | 'aws-credential-wrong-kind'
  | 'credentials-unknown'

/**
 * A policy that is not met. `error`: the run is not compliant; `warning`: it could not be told, or does
 * no harm yet.
 */
export interface Finding {
  readonly rule: FindingRule
  /** Whether the workflow itself asks for it, or it shows at Twilio only. */
  readonly subject: 'desired' | 'live'
  readonly severity: 'error' | 'warning'
  /** What is wrong and what to do, without the full stop at its end. */
  readonly message: string
}

/** Where the desired settings, or those of the live account, are below the floor. */
export function requirementFindings(desired: Desired, live: Current, requirements: readonly Requirement[]): Finding[] {
  return [...desiredFindings(desired, requirements), ...liveFindings(live, requirements, desired)]
}

/** What the workflow itself asks for that is below the floor: known without asking Twilio. */
export function desiredFindings(desired: Desired, requirements: readonly Requirement[]): Finding[] {
  const below = (rule: Requirement, input: string, what: string): Finding => ({
    rule: `floor-${rule}`,
    subject: 'desired',
    severity: 'error',
    message: `The workflow asks for ${what} ("${input}: false"), and "require" demands it. Change one of the two`,
  })
  return [
    ...(requirements.includes('encryption') && desired.encryption_enabled === false
      ? [below('encryption', 'encryption-enabled', 'no encryption')]
      : []),
    ...(requirements.includes('external-storage') && desired.aws_storage_enabled === false
      ? [below('external-storage', 'aws-storage-enabled', 'no external storage')]
      : []),
  ]
}

/** Where the live account is below the floor. A switch without what it needs to work counts as off. */
function liveFindings(current: Current, requirements: readonly Requirement[], desired: Desired): Finding[] {
  const below = (rule: Requirement, messages: readonly string[]): Finding[] =>
    messages.map((message) => ({ rule: `floor-${rule}`, subject: 'live', severity: 'error', message }))
  return [
    ...(requirements.includes('encryption')
      ? below('encryption', unmet(current, desired, 'encryption_enabled', ['encryption_key_sid'], 'encryption'))
      : []),
    ...(requirements.includes('external-storage')
      ? below(
          'external-storage',
          unmet(current, desired, 'aws_storage_enabled', ['aws_s3_url', 'aws_credentials_sid'], 'external storage'),
        )
      : []),
  ]
}

function unmet(
  current: Current,
  desired: Desired,
  aSwitch: 'encryption_enabled' | 'aws_storage_enabled',
  needs: readonly SettingName[],
  what: string,
): string[] {
  const remedy = (name: SettingName, value: string): string =>
    (desired[name] ?? false) === false
      ? `Set "${settings[name].input}${value}" and apply`
      : 'Apply the desired settings'
  if (current[aSwitch] !== true) {
    const state = current[aSwitch] === false ? 'off' : 'not on, and not available or never configured'
    return [`On the live account ${what} is ${state}, and "require" demands it. ${remedy(aSwitch, ': true')}`]
  }
  return needs
    .filter((name) => (current[name] ?? null) === null)
    .map((name) => `On the live account ${what} is on, but ${name} is blank, so it cannot work. ${remedy(name, '')}`)
}
