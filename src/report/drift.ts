import type { Change } from '../settings/diff.ts'
import { type Allowance, type Guard, isRefused, type Mode } from '../settings/guards.ts'
import { type Observation, observationOf, type Outcome } from '../run/outcome.ts'
import type { Current, SettingName } from '../settings/settings.ts'
import { edition, inWords, media } from './words.ts'

/**
 * What a difference means for the media, how the account is put right, what to do if nobody of the team
 * made it, and only then that the workflow may be wrong. `planId` is `null` if not every target could be read.
 */
export function driftExplanation(
  outcomes: readonly Outcome[],
  mode: Mode,
  planId: string | null,
  isFleet: boolean,
): string {
  const observations = outcomes
    .flatMap((outcome) => observationOf(outcome) ?? [])
    .filter(({ changes }) => changes.length > 0)
  const all = observations.flatMap((observation) =>
    observation.changes.flatMap((change) => meaningOf(change, observation, isFleet) ?? []),
  )
  const meanings = [...new Set(all)].slice(0, 2)
  const remedy = remedyOf(observations, mode, planId, isFleet)
  if (mode === 'plan') return remedy
  const isUnsafe = observations.some(isWeakened)
  const rest = isUnsafe
    ? [incident, 'If you meant the change, correct the workflow.']
    : ['If you meant it, correct the workflow.']
  return [...meanings, remedy, ...rest].join(' ')
}

/** What to think of a change that makes media less safe, and that nobody made. */
export const incident = 'If nobody on your team changed this, treat it as an incident.'

/** What a difference means for new media; `null` where it means nothing by itself. */
function meaningOf(change: Change, { target, current }: Observation, isFleet: boolean): string | null {
  const { setting, desired } = change
  const made = `New ${media[target.resource]}`
  const [is, should] = [inWords(change.current), inWords(desired)]
  const isMoved = change.current !== null && change.current !== undefined && !isFleet
  if (setting === 'encryption_enabled' && change.current !== undefined)
    return desired === true
      ? `${made} are not encrypted, and what is made until you correct that stays so.`
      : `${made} are encrypted, and the workflow asks for no encryption.`
  if (setting === 'aws_storage_enabled' && change.current !== undefined)
    return desired === true
      ? `${made} stay in Twilio's cloud, not in your bucket.`
      : `${made} go to an S3 bucket, and the workflow asks for no external storage.`
  if (setting === 'encryption_key_sid' && isMoved && current.encryption_enabled === true)
    return `${made} are encrypted with ${is}, not with ${should}: only the holder of that private key can read them.`
  if (setting === 'aws_s3_url' && isMoved && current.aws_storage_enabled === true)
    return `${made} go to ${is}, not to ${should}.`
  return null
}

/** Whether a difference leaves media less safe than the workflow asks for, and somebody must have made it. */
function isWeakened({ changes, current }: Observation): boolean {
  return changes.some(({ setting, current: is, desired }) => {
    if (is === null || is === undefined) return false
    if (setting === 'friendly_name') return false
    if (setting === 'encryption_key_sid') return current.encryption_enabled === true
    if (setting === 'aws_s3_url' || setting === 'aws_credentials_sid') return current.aws_storage_enabled === true
    return desired === true
  })
}

/** How what is desired comes to the account, or what stands against it. */
function remedyOf(observations: readonly Observation[], mode: Mode, planId: string | null, isFleet: boolean): string {
  const absent = observations.flatMap(({ changes }) => changes.filter(({ current }) => current === undefined))
  if (absent.length > 0) return absentRemedy(absent, isFleet)
  const { blockers, words } = barriers(observations.flatMap(({ guards }) => guards))
  if (mode === 'plan' && planId === null) return 'There is no plan to apply before every account can be read.'
  const [blocker] = blockers
  if (blocker !== undefined) return `"mode: apply" would refuse to write. ${blocker.message}.`
  if (mode === 'plan')
    return words.length === 0
      ? `To write exactly this, run with "mode: apply" and "expected-plan: ${planId}".`
      : `To write exactly this, run with "mode: apply", "expected-plan: ${planId}" and, for that run alone, ${allowing(words)}.`
  if (words.length === 0) return 'To put that right, run with "mode: apply".'
  const alone = aloneRemedy(observations)
  return alone === null
    ? `To put that right, run once with "mode: apply" and ${allowing(words)}.`
    : `${alone} For the rest, run once with "mode: apply" and ${allowing(words)}.`
}

/** What refuses without a word that allows it, and the words that allow the rest. */
export function barriers(guards: readonly Guard[]): {
  readonly blockers: readonly Guard[]
  readonly words: readonly Allowance[]
} {
  const refusing = guards.filter((guard) => isRefused([guard]))
  return {
    blockers: refusing.filter(({ allowance }) => allowance === null),
    words: [...new Set(refusing.flatMap(({ allowance }) => allowance ?? []))],
  }
}

/** The input that allows these risks. */
export function allowing(words: readonly Allowance[]): string {
  return `"allow-risky-changes: ${words.join(', ')}"`
}

function absentRemedy(absent: readonly Change[], isFleet: boolean): string {
  const names = [...new Set(absent.map(({ setting }) => setting))]
  const who = isFleet ? 'Some accounts do' : 'The account does'
  const what = names.some((name) => name.startsWith('encryption_'))
    ? edition
    : 'Ask Twilio to enable it for the account.'
  return `${who} not have ${names.join(', ')}, so apply may not be able to change that. ${what}`
}

/** The settings that each risk is about. */
const concerns: Readonly<Record<Allowance, readonly SettingName[]>> = {
  'encryption-off': ['encryption_enabled'],
  'encryption-key': ['encryption_key_sid'],
  'storage-off': ['aws_storage_enabled'],
  'storage-location': ['aws_s3_url', 'aws_credentials_sid'],
  'recordings-uncomposable': ['encryption_enabled', 'aws_storage_enabled'],
  'apply-from-pull-request': [],
}

/**
 * How to switch on at once what no guard is against, where a guard for something else would hold it up;
 * `null` if there is nothing of that kind.
 */
export function aloneRemedy(observations: readonly Observation[]): string | null {
  const isFree = (name: 'encryption_enabled' | 'aws_storage_enabled', besides: readonly SettingName[]): boolean =>
    observations.every(({ changes, guards, current }) => {
      const risky = barriers(guards).words.flatMap((word) => concerns[word])
      const change = changes.find(({ setting }) => setting === name)
      return change?.desired === true && ![name, ...besides].some((other) => risky.includes(other)) && isWhole(current)
    })
  if (isFree('encryption_enabled', ['encryption_key_sid']))
    return 'Turn encryption on at once: run "mode: apply" with the "encryption-…" inputs alone, and leave the "aws-…" inputs out.'
  if (isFree('aws_storage_enabled', ['aws_s3_url', 'aws_credentials_sid']))
    return 'Turn external storage on at once: run "mode: apply" with the "aws-…" inputs alone, and leave the "encryption-…" inputs out.'
  return null
}

/** Whether what is on has what it needs, so that the rest of the settings can be left as they are. */
function isWhole(current: Current): boolean {
  const has = (name: SettingName): boolean => (current[name] ?? null) !== null
  return (
    (current.encryption_enabled !== true || has('encryption_key_sid')) &&
    (current.aws_storage_enabled !== true || (has('aws_s3_url') && has('aws_credentials_sid')))
  )
}
