import { expect, it } from 'vitest'
import { ApiError } from '../../src/shared/errors.ts'
import { settingsPort } from '../../src/twilio/settings.ts'

it.each([
  [404, 20404, true],
  [400, 20404, false],
  [500, 20404, false],
  [404, 20001, false],
  [404, null, false],
])('HTTP %i with code %s says that the settings were never set: %s', async (status, code, isSaid) => {
  const refusal = { method: 'GET', path: '/v1', status, code, detail: null, moreInfo: null, requestId: null } as const
  const error = new ApiError({ ...refusal, attempts: 1 }, null)
  const read = settingsPort(() => Promise.reject(error), 'composition-settings').read()
  if (isSaid) expect(await read).toMatchObject({ isConfigured: false })
  else await expect(read).rejects.toBe(error)
})
