import { anySettings, settingNames } from '../settings/settings.ts'

/** The word for a setting or a key that the workflow does not manage. No name can be this word. */
export const unmanaged = 'unmanaged'

/**
 * Every input of the action with its default in `action.yml`; a test keeps the two equal. An input whose
 * default is empty may be empty. Any other default is a word, so that a text that is empty by accident
 * differs from a line that is left out: the runner uses the default only for the latter.
 */
export const inputDefaults: Readonly<Record<string, string>> = {
  mode: 'check',
  'account-sid': '',
  'auth-token': '',
  'api-key': '',
  'api-key-secret': '',
  accounts: 'self',
  concurrency: '8',
  shard: '1/1',
  resources: 'compositions',
  ...Object.fromEntries(settingNames.map((name) => [anySettings[name].input, unmanaged])),
  'encryption-key-name': unmanaged,
  'encryption-public-key': unmanaged,
  'verify-credentials': 'true',
  'max-key-age-days': 'unlimited',
  'verify-media': 'off',
  require: 'none',
  'allow-risky-changes': '',
  'expected-plan': 'any',
  'on-missing-credentials': 'auto',
  'report-path': '',
  'pr-comment': 'never',
  'drift-issue': 'false',
  'drift-issue-label': 'twilio-drift',
  'github-token': '',
}

/** Every input of the action. */
export const inputNames: readonly string[] = Object.keys(inputDefaults)

/** The mistake that inputs with a default are empty. */
export function emptyMistake(inputs: readonly string[]): string {
  const lines = inputs.map((input) => `"${input}: ${inputDefaults[input] ?? ''}"`)
  return `${emptyFacts(inputs)}. An expression is empty if what it names does not exist, such as a misspelt "vars.…" or an output that was not set. Correct it; or, if you mean the default, leave the line out or write ${joined(lines)}`
}

/** The warning that inputs with a default are empty where GitHub gives a run less than others. */
export function emptyWarning(inputs: readonly string[], withoutSecrets: 'fork' | 'dependabot'): string {
  const reason =
    withoutSecrets === 'fork'
      ? 'GitHub gives no variables or secrets to a pull request from a fork'
      : 'GitHub gives no Actions secrets to a pull request of Dependabot'
  return `${emptyFacts(inputs)}, and could not be judged: ${reason}.`
}

function emptyFacts(inputs: readonly string[]): string {
  return `${joined(inputs.map((input) => `"${input}"`))} ${inputs.length === 1 ? 'is' : 'are'} empty`
}

function joined(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}
