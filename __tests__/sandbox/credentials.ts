import { type Answer, invalid, json, methodNotAllowed, noContent, notFound } from './answers.ts'
import type { Call, Context } from './call.ts'
import { cutPage, pageMeta } from './paging.ts'
import { refusePublicKey } from './public-key.ts'
import type { Account, CredentialKind, StoredCredential } from './state.ts'

/** Answers `/v1/Credentials/PublicKeys` and `/v1/Credentials/AWS`; with a SID, one credential of them. */
export function answerCredentials(
  account: Account,
  kind: CredentialKind,
  sid: string | null,
  call: Call,
  context: Context,
): Answer {
  if (sid === null) {
    if (call.method === 'GET') return list(account, kind, call, context)
    if (call.method === 'POST') return create(account, kind, call, context)
    return methodNotAllowed(call.method, call.path)
  }
  const credential = account.credentials[kind].get(sid)
  if (credential === undefined) return notFound(call.path)
  switch (call.method) {
    case 'GET':
      return json(200, credentialBody(account, kind, credential))
    case 'POST':
      return rename(account, kind, credential, call, context)
    case 'DELETE':
      // Twilio does not prevent it either, when settings still name the credential.
      account.credentials[kind].delete(sid)
      return noContent
    default:
      return methodNotAllowed(call.method, call.path)
  }
}

function list(account: Account, kind: CredentialKind, call: Call, context: Context): Answer {
  const cut = cutPage([...account.credentials[kind].values()], call.query)
  if (cut.kind === 'refused') return cut.answer
  const { page } = cut
  return json(200, {
    credentials: page.items.map((credential) => credentialBody(account, kind, credential)),
    meta: pageMeta(page, context.pageOrigin('accounts.twilio.com') + call.path, 'credentials'),
  })
}

function create(account: Account, kind: CredentialKind, call: Call, context: Context): Answer {
  const { AccountSid: ownerSid, FriendlyName: name = '' } = call.form
  const owner = ownerSid === undefined || ownerSid === account.sid ? account : context.state.accounts.get(ownerSid)
  if (owner === undefined || (owner !== account && owner.owner !== account.sid))
    return invalid('Invalid parameter AccountSid')
  const refused = refuseName(name) ?? refuseContent(kind, call.form)
  if (refused !== null) return refused

  const dateCreated = dateOf(context)
  const credential = {
    sid: context.state.nextCredentialSid(),
    friendlyName: name,
    dateCreated,
    dateUpdated: dateCreated,
    ...(kind === 'PublicKeys' ? { publicKey: call.form['PublicKey'] ?? '' } : {}),
  }
  owner.credentials[kind].set(credential.sid, credential)
  return json(201, credentialBody(owner, kind, credential))
}

function rename(
  account: Account,
  kind: CredentialKind,
  credential: StoredCredential,
  call: Call,
  context: Context,
): Answer {
  const { FriendlyName: name } = call.form
  const refused = refuseName(name ?? '')
  if (refused !== null) return refused
  if (name !== undefined) {
    credential.friendlyName = name
    credential.dateUpdated = dateOf(context)
  }
  return json(200, credentialBody(account, kind, credential))
}

function refuseName(name: string): Answer | null {
  return name.length > 64 ? invalid('FriendlyName must be up to 64 characters long') : null
}

function refuseContent(kind: CredentialKind, form: Call['form']): Answer | null {
  const parameter = kind === 'PublicKeys' ? 'PublicKey' : 'Credentials'
  const text = form[parameter]
  if (text === undefined || text === '') return invalid(`Missing required parameter ${parameter} in the post body`)
  if (kind === 'PublicKeys') return refusePublicKey(text)
  return /^[^:]+:.+$/.test(text) ? null : invalid('Credentials must be <AWS_ACCESS_KEY_ID>:<AWS_SECRET_ACCESS_KEY>')
}

function dateOf(context: Context): string {
  return context
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
}

function credentialBody(account: Account, kind: CredentialKind, credential: StoredCredential): Record<string, unknown> {
  return {
    account_sid: account.sid,
    date_created: credential.dateCreated,
    date_updated: credential.dateUpdated,
    friendly_name: credential.friendlyName,
    sid: credential.sid,
    url: `https://accounts.twilio.com/v1/Credentials/${kind}/${credential.sid}`,
  }
}
