import * as z from 'zod/mini'
import { ApiError, ResponseError } from '../errors.ts'
import type { Reading, SettingsPort } from '../ports.ts'
import { anySettings, type Current, settingNames } from '../settings.ts'
import type { Answer, Client } from './client.ts'

/** https://www.twilio.com/docs/video/api/composition-settings: one resource an account, with no SID in its path. */
const path = '/v1/CompositionSettings/Default'

const permission = '/twilio/video/compositions.composition-settings'

/** What Twilio answers when the resource was never written. */
const neverConfigured = 20404

const schema = z.object({
  account_sid: z.nullish(z.string()),
  ...Object.fromEntries(settingNames.map((name) => [name, z.nullish(anySettings[name].schema)])),
})

/** The settings of the account that the client's credential belongs to. */
export function settingsPort(client: Client): SettingsPort {
  return {
    read: async () => {
      try {
        return reading('GET', await client({ host: 'video.twilio.com', path, permission: `${permission}/read` }))
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.refusal.status === 404 && thrown.refusal.code === neverConfigured) return 'never-configured'
        throw thrown
      }
    },
    write: async (values) => reading('POST', await client({ host: 'video.twilio.com', path, permission: `${permission}/update`, form: parameters(values) })),
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

function reading(method: string, { body, requestId }: Answer): Reading {
  const result = schema.safeParse(body)
  if (!result.success) {
    const where = result.error.issues.map((issue) => issue.path.join('.') || 'the body').join(', ')
    throw new ResponseError(`${method} ${path} was answered with something other than Twilio documents, in ${where} (request ${requestId ?? 'without an id'}).`, { cause: result.error })
  }
  return { accountSid: result.data.account_sid ?? null, current: current(result.data), requestId }
}

/** The settings in an answer: a property that is missing stays missing, and an empty string is blank. */
function current(data: Readonly<Record<string, unknown>>): Current {
  return Object.fromEntries(settingNames.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name] === '' ? null : data[name]]])))
}
