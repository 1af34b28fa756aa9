import * as z from 'zod/mini'
import { ApiError } from '../shared/errors.ts'
import { once } from '../shared/async.ts'
import type { Purpose, Reading, SettingsPort } from '../run/effects.ts'
import { anySettings, blank, type Current, ofEach, type SettingName, settingNames } from '../settings/settings.ts'
import type { Resource } from '../settings/target.ts'
import { assertResource, checked, type Answer } from './answer.ts'
import type { Client } from './client.ts'
import { type SettingValue } from '../settings/values.ts'

/**
 * One resource an account, with no SID in its path:
 * https://www.twilio.com/docs/video/api/composition-settings and
 * https://www.twilio.com/docs/video/api/recording-settings
 */
const resources = {
  'composition-settings': {
    path: '/v1/CompositionSettings/Default',
    permission: '/twilio/video/compositions.composition-settings',
  },
  'recording-settings': {
    path: '/v1/RecordingSettings/Default',
    permission: '/twilio/video/recordings.recording-settings',
  },
} as const satisfies Record<Resource, unknown>

/** Twilio's error code for a resource that was never written. */
const neverConfigured = 20404

const schema = once(() =>
  z.object({
    account_sid: z.nullish(z.string()),
    url: z.nullish(z.string()),
    ...ofEach((name) => z.nullish(anySettings[name].schema())),
  }),
)

/** The settings of the account that the client's credential belongs to. */
export function settingsPort(client: Client, resource: Resource): SettingsPort {
  const { path, permission } = resources[resource]
  const read = async (send: Client, purpose: Purpose = 'look'): Promise<Reading> => {
    try {
      const call = { host: 'video.twilio.com', path, permission: `${permission}/read`, purpose } as const
      return reading('GET', path, await send(call))
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.refusal.status === 404 && thrown.refusal.code === neverConfigured)
        return { isConfigured: false, accountSid: null, current: blank, requestId: null, isRedacted: false }
      throw thrown
    }
  }
  return {
    read: (purpose) => read(client, purpose),
    write: async (values, isStillNeeded) => {
      const answer = await client<{ isWritten: false; reading: Reading }>(
        {
          host: 'video.twilio.com',
          path,
          permission: `${permission}/update`,
          form: parameters(values),
        },
        async (send) => {
          const now = await read(send)
          return isStillNeeded(now) ? null : { isWritten: false, reading: now }
        },
      )
      return 'isWritten' in answer ? answer : { isWritten: true, reading: reading('POST', path, answer) }
    },
  }
}

/** The parameters of the POST: every setting that has a value. */
function parameters(values: Current): Record<string, string> {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = values[name] ?? null
      return value === null ? [] : [[anySettings[name].parameter, String(value)]]
    }),
  )
}

/** The content of a response, after a check that it is about that resource. */
function reading(method: 'GET' | 'POST', path: string, answer: Answer): Reading {
  const call = `${method} ${path}`
  const data = checked(schema(), answer, call)
  assertResource(data.url, path, call)
  return {
    isConfigured: true,
    accountSid: data.account_sid ?? null,
    current: current(data),
    requestId: answer.requestId,
    isRedacted: answer.isRedacted,
  }
}

/** The settings in an answer: a property that is missing stays missing, and an empty string is blank. */
function current(data: { readonly [N in SettingName]?: SettingValue | null | undefined }): Current {
  const values = settingNames.flatMap((name) =>
    data[name] === undefined ? [] : [[name, data[name] === '' ? null : data[name]] as const],
  )
  // Each value has passed the schema of its own setting.
  return Object.fromEntries(values)
}
