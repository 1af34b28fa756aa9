import type { Finding } from './findings.ts'
import { type Current, type Desired, type SettingName, settings } from './settings.ts'

/** For each word of the input `require`: the switch that must be on, and what must not be blank beside it. */
const rules = {
  encryption: { needsOn: 'encryption_enabled', needsSet: ['encryption_key_sid'] },
  'external-storage': { needsOn: 'aws_storage_enabled', needsSet: ['aws_s3_url', 'aws_credentials_sid'] },
} as const

/** A word of the input `require`: what settings may never fall below. */
export type Requirement = keyof typeof rules

/** The words of the input `require`. */
export const requirements = Object.keys(rules) as Requirement[]

/** Where the desired settings, or those of the live account, are below the floor. */
export function requirementFindings(desired: Desired, live: Current, requirements: readonly Requirement[]): Finding[] {
  return [
    ...desiredFindings(desired, requirements),
    ...requirements.flatMap((requirement) =>
      unmet(live, desired, requirement).map((message) => below(requirement, 'live', message)),
    ),
  ]
}

/** What the workflow itself asks for that is below the floor: known without asking Twilio. */
export function desiredFindings(desired: Desired, requirements: readonly Requirement[]): Finding[] {
  return requirements.flatMap((requirement) => {
    const { needsOn } = rules[requirement]
    const { input, noun } = settings[needsOn]
    const message = `The workflow asks for no ${noun} ("${input}: false"), and "require" demands it. Change one of the two`
    return desired[needsOn] === false ? below(requirement, 'desired', message) : []
  })
}

function below(requirement: Requirement, subject: Finding['subject'], message: string): Finding {
  return { rule: `floor-${requirement}`, subject, severity: 'error', message }
}

/** What the live account lacks. A switch without what it needs to work counts as off. */
function unmet(current: Current, desired: Desired, requirement: Requirement): string[] {
  const { needsOn, needsSet } = rules[requirement]
  const { noun } = settings[needsOn]
  const remedy = (name: SettingName, value: string): string =>
    (desired[name] ?? false) === false
      ? `Set "${settings[name].input}${value}" and apply`
      : 'Apply the desired settings'
  if (current[needsOn] !== true) {
    const state = current[needsOn] === false ? 'off' : 'not on, and not available or never configured'
    return [`On the live account ${noun} is ${state}, and "require" demands it. ${remedy(needsOn, ': true')}`]
  }
  return needsSet
    .filter((name) => (current[name] ?? null) === null)
    .map((name) => `On the live account ${noun} is on, but ${name} is blank, so it cannot work. ${remedy(name, '')}`)
}
