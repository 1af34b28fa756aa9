import { answerAccounts } from './accounts.ts'
import { type Answer, notFound } from './answers.ts'
import { type Caller, refuseCaller, refusePermission } from './authentication.ts'
import type { Call, Context } from './call.ts'
import { answerCredentials } from './credentials.ts'
import { answerMedia } from './media.ts'
import { answerSettings } from './settings.ts'
import type { CredentialKind } from './state.ts'

/**
 * Carries out a request and answers it. The account is that of the credential, since the paths of the
 * settings and of the credentials name none: so a parent cannot reach what belongs to its subaccounts.
 */
export function answerCall(caller: Caller | null, call: Call, context: Context): Answer {
  // The bucket is Amazon's: it knows no credential of Twilio.
  const object = context.bucket.answer(call)
  if (object !== null) return object
  const refused = refuseCaller(caller)
  if (caller === null || refused !== null) return refused ?? notFound(call.path)

  const settings = /^\/v1\/(Composition|Recording)Settings\/Default$/.exec(call.path)?.[1]
  if (settings !== undefined) {
    const resource = settings === 'Composition' ? 'composition' : 'recording'
    const permission = `/twilio/video/${resource}s.${resource}-settings/${call.method === 'GET' ? 'read' : 'update'}`
    return refusePermission(caller, permission) ?? answerSettings(caller.account, resource, call)
  }
  const [, list, item, media] = /^\/v1\/(Compositions|Recordings)(?:\/([^/]+)(\/Media\/?)?)?$/.exec(call.path) ?? []
  if (list !== undefined) {
    const resource = list === 'Compositions' ? 'composition' : 'recording'
    const permission = `/twilio/video/${resource}s/${item === undefined ? 'list' : 'read'}`
    const path = item === undefined ? null : { sid: item, isMedia: media !== undefined }
    return refusePermission(caller, permission) ?? answerMedia(caller.account, resource, path, call, context)
  }
  const [, kind, sid] = /^\/v1\/Credentials\/(PublicKeys|AWS)(?:\/([^/]+))?$/.exec(call.path) ?? []
  if (kind !== undefined) {
    const isKeyList = kind === 'PublicKeys' && sid === undefined && call.method === 'GET'
    const permission = isKeyList ? '/twilio/iam/public-keys/list' : null
    return (
      refusePermission(caller, permission) ??
      answerCredentials(caller.account, kind as CredentialKind, sid ?? null, call, context)
    )
  }
  if (call.path === '/2010-04-01/Accounts.json') return answerAccounts(caller, call, context.state)
  return notFound(call.path)
}
