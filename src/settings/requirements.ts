import type { CredentialPolicy } from './credentials.ts'
import type { Finding } from './findings.ts'
import { type Current, type Desired, settings } from './settings.ts'
import { missingParts, needsOf, type Part, type Switch, switches } from './switches.ts'

/** For each word of the input `require`: the switch that must be on. */
const rules = { encryption: 'encryption_enabled', 'external-storage': 'aws_storage_enabled' } as const

/** A word of the input `require`: what settings may never fall below. */
export type Requirement = keyof typeof rules

/** The words of the input `require`. */
export const requirements = Object.keys(rules) as Requirement[]

/**
 * Where the desired settings, or those of the live account, are below the floor, and what cannot work of
 * the live ones though the workflow switches it on.
 */
export function requirementFindings(desired: Desired, live: Current, requirements: readonly Requirement[]): Finding[] {
  const ruleOf = (name: Switch, part: Part): Finding['rule'] | null => {
    const requirement = requirements.find((word) => rules[word] === name)
    if (requirement !== undefined) return `floor-${requirement}`
    return desired[name] === true ? incomplete[part] : null
  }
  return [
    ...desiredFindings(desired, requirements),
    ...requirements
      .filter((requirement) => live[rules[requirement]] !== true)
      .map((word) => notOn(live, desired, word)),
    ...missingParts(live).flatMap(({ switch: name, part }): Finding[] => {
      const [rule, demand] = [ruleOf(name, part), `On the live account ${settings[name].noun} is on`]
      const message = `${demand}, but ${part} is blank, so it cannot work. ${remedy(desired, part)}`
      return rule === null ? [] : [{ rule, subject: 'live', severity: 'error', message, breaks: part }]
    }),
  ]
}

const incomplete = {
  encryption_key_sid: 'encryption-without-key',
  aws_s3_url: 'storage-without-url',
  aws_credentials_sid: 'storage-without-credential',
} as const satisfies Record<Part, Finding['rule']>

/**
 * Warnings about what the workflow asks for and has no effect in this state, since its switch is off: what
 * it manages without the switch, and a limit to the age of a key where none encrypts.
 */
export function idleFindings(desired: Desired, state: Current, { maxKeyAgeDays }: CredentialPolicy): Finding[] {
  const idle = switches.filter((name) => state[name] !== true)
  const off = (name: Switch): string =>
    `${settings[name].noun} is ${state[name] === undefined ? 'not available on this account' : 'off'}`
  return [
    ...idle
      .filter((name) => desired[name] === undefined)
      .flatMap((name) =>
        needsOf[name]
          .filter((part) => desired[part] !== undefined)
          .map((part) =>
            notInUse(
              `${part} is not in use, because ${off(name)} and not managed. To use it, set "${settings[name].input}: true"`,
            ),
          ),
      ),
    ...(maxKeyAgeDays !== null && idle.includes('encryption_enabled') && !isShown(state)
      ? [notInUse(`"max-key-age-days" judged no key, because ${off('encryption_enabled')}`)]
      : []),
  ]
}

/** Whether a key is named beside a switch that the account does not show, so that it may be in use. */
function isShown({ encryption_enabled, encryption_key_sid }: Current): boolean {
  return encryption_enabled === undefined && (encryption_key_sid ?? null) !== null
}

function notInUse(message: string): Finding {
  return { rule: 'not-in-use', subject: 'live', severity: 'warning', message }
}

/** The findings on the workflow itself, which need no request to Twilio. */
export function desiredFindings(desired: Desired, requirements: readonly Requirement[]): Finding[] {
  return requirements.flatMap((requirement) => {
    const needsOn = rules[requirement]
    const { input, noun } = settings[needsOn]
    const message = `The workflow asks for no ${noun} ("${input}: false"), and "require" demands it. Change one of the two`
    return desired[needsOn] === false ? below(requirement, 'desired', message) : []
  })
}

function below(requirement: Requirement, subject: Finding['subject'], message: string): Finding {
  return { rule: `floor-${requirement}`, subject, severity: 'error', message }
}

/** That a switch is not on in the live account, though it is required. */
function notOn(live: Current, desired: Desired, requirement: Requirement): Finding {
  const name = rules[requirement]
  const state = live[name] === false ? 'off' : 'not on, and not available or never configured'
  const inputs = [`${settings[name].input}: true`, ...blankParts(name, live, desired)].map((input) => `"${input}"`)
  const last = inputs.length === 1 ? '' : ` and ${inputs.pop()},`
  const way = desired[name] === true ? 'Apply the desired settings' : `Set ${inputs.join(', ')}${last} and apply`
  const message = `On the live account ${settings[name].noun} is ${state}, and "require" demands it. ${way}`
  return below(requirement, 'live', message)
}

/** The inputs for what a switch needs to work, and neither the account nor the workflow has. */
function blankParts(name: Switch, live: Current, desired: Desired): string[] {
  return needsOf[name]
    .filter((part) => (live[part] ?? null) === null && desired[part] === undefined)
    .map((part) => settings[part].input)
}

function remedy(desired: Desired, part: Part): string {
  return desired[part] === undefined ? `Set "${settings[part].input}" and apply` : 'Apply the desired settings'
}
