import * as z from 'zod/mini'
import { results } from '../run/outcome.ts'
import { type MediaState, mediaStates } from '../settings/media.ts'
import { modes } from '../settings/guards.ts'
import { settingNames } from '../settings/settings.ts'
import { resources } from '../settings/target.ts'

const nullableText = z.nullable(z.string())
const value = z.union([z.string(), z.boolean()])
const result = z.enum(results)
const snapshot = z.partialRecord(z.enum(settingNames), z.nullable(value))

const resource = z.enum(resources)

const ofEachState = <S extends z.ZodMiniType>(schema: S) =>
  // Every state is a key.
  z.object(Object.fromEntries(mediaStates.map((state) => [state, schema])) as Record<MediaState, S>)

const change = z.object({
  account_sid: z.string(),
  resource,
  setting: z.enum(settingNames),
  /** `null` when blank; left out when the account does not have the property. */
  current: z.optional(z.nullable(value)),
  desired: value,
})

const target = z.object({
  account_sid: nullableText,
  resource: z.nullable(resource),
  result,
  desired: z.nullable(snapshot),
  current: z.nullable(snapshot),
  after: z.nullable(snapshot),
  changes: z.array(change),
  /** Whether Twilio got the new settings: a run may not know, if it was cancelled or lost the response. */
  written: z.enum(['no', 'yes', 'unknown']),
  /** Whether Twilio got the public key that the settings were to name: as with `written`, nobody may know. */
  uploaded: z.enum(['no', 'yes', 'unknown']),
  /** The SID of the public key that was uploaded. */
  uploadedKey: nullableText,
  /** What media of the last hours is like; left out if nobody looked, or it could not be listed. */
  media: z.optional(
    z.object({
      hours: z.number(),
      /** Whether there is more than was listed. */
      isMore: z.boolean(),
      /** Of compositions or recordings, by what is known of them. */
      counts: ofEachState(z.number()),
      sids: ofEachState(z.array(z.string())),
      /** What is not in the bucket that it is meant to be in. */
      elsewhere: z.array(z.string()),
    }),
  ),
  findings: z.array(
    z.object({
      account_sid: nullableText,
      resource: z.nullable(resource),
      rule: z.string(),
      severity: z.enum(['error', 'warning']),
      message: z.string(),
    }),
  ),
  guards: z.array(z.object({ rule: z.string(), message: z.string(), allowance: nullableText, isAllowed: z.boolean() })),
  error: z.nullable(z.object({ name: z.string(), message: z.string() })),
})

const scope = z.object({
  /** The declared account, of a fleet the parent. */
  accountSid: nullableText,
  accounts: z.union([z.enum(['self', 'all']), z.array(z.string())]),
  /** Job `index` of `count`. */
  shard: z.object({ index: z.number(), count: z.number() }),
  /** How many active accounts Twilio listed; `null` if none were listed. */
  listed: z.nullable(z.number()),
  /** How many accounts this run covered; `null` if it was stopped before that was known. */
  covered: z.nullable(z.number()),
})

const policy = z.object({
  require: z.array(z.string()),
  resources: z.array(resource),
  verifyCredentials: z.boolean(),
  maxKeyAgeDays: z.nullable(z.number()),
  /** The span of `verify-media`, in hours; `null` if it is off. */
  mediaHours: z.nullable(z.number()),
  allowRiskyChanges: z.array(z.string()),
  expectedPlan: nullableText,
})

/**
 * The evidence file. A change that breaks readers raises `schemaVersion`. All that differs between two
 * runs on the same state is in `run`.
 */
export const evidenceSchema = z.object({
  schemaVersion: z.literal(2),
  action: z.object({ name: z.string(), version: z.string() }),
  mode: z.nullable(z.enum(modes)),
  result,
  drift: z.nullable(z.boolean()),
  /** Whether a sandbox answered, and not Twilio. */
  sandbox: z.boolean(),
  /** Which accounts the run was about; `null` if the workflow has to be corrected. */
  scope: z.nullable(scope),
  /** What the run asked for beside the desired settings; `null` as with `scope`. */
  policy: z.nullable(policy),
  title: z.string(),
  planId: nullableText,
  targets: z.array(target),
  errors: z.array(z.string()),
  run: z.object({
    time: z.string(),
    repository: nullableText,
    commit: nullableText,
    ref: nullableText,
    workflow: nullableText,
    url: nullableText,
    attempt: z.nullable(z.number()),
    actor: nullableText,
    event: nullableText,
    requestIds: z.array(z.string()),
  }),
})
