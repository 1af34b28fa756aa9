/** What is known of a request that Twilio refused. */
export interface RefusedRequest {
  /** The user of the credential: the SID of an API key or of an account. */
  readonly user: string
  /** Which Restricted API key may send it; see `Call`. */
  readonly permission: string | null
  /** Whether Twilio has taken the same credential before in this run: then it is a right one. */
  readonly wasAccepted: boolean
  /** Whether the environment has `TWILIO_REGION`, by which other tools choose a region. */
  readonly hasRegion: boolean
}

/**
 * What to do about an error that Twilio answers, by its code, else by the HTTP status; `null` if nothing
 * is known.
 * https://www.twilio.com/docs/api/errors
 */
export function advice(status: number, code: number | null, request: RefusedRequest): string | null {
  switch (code ?? status) {
    case 20003:
    case 401:
      return request.wasAccepted ? acceptedBefore(request) : `${wrongPair(request)}${regionNote(request)}`
    case 20004:
    case 20403:
    case 403:
      return `${lacking(request)}${regionNote(request)}`
    case 70051:
      return `${lacking(request)} Or ${isKey(request) ? 'the key' : 'it'} is another account's.${regionNote(request)}`
    case 70052:
      return 'The account enforces Public Key Client Validation, so Twilio takes signed requests only, which this action cannot send. No key and no token will help. To use this action, switch the enforcement off in the Twilio Console.'
    case 70053:
      return 'Twilio took the request for one with Public Key Client Validation, which the account does not use. This action does not sign requests: look for a proxy that changes them, or ask Twilio Support.'
    case 20001:
      return 'Twilio did not accept a value. Encryption needs the Enterprise or Security Edition; the key and the AWS credential must exist on this very account; the AWS credential must be allowed to write to the bucket.'
    case 20005:
      return 'The account is not active. Look at its status in the Twilio Console.'
    case 20008:
      return 'These are test credentials, which cannot reach Video settings. Use the live credentials of the account.'
    case 20429:
    case 429:
      return 'Twilio limits how many requests an account makes at once. Run fewer workflows at the same time, or try again later.'
  }
  if (code !== null) return advice(status, null, request)
  if (status >= 300 && status < 400)
    return 'Redirects are not followed, so that the credential goes nowhere else. Is there a proxy in between?'
  if (status >= 500) return 'This is a failure at Twilio: see https://status.twilio.com, and run the job again.'
  return null
}

/** The codes with which Twilio refuses a credential, whatever the HTTP status is. */
export const credentialCodes: readonly number[] = [20003, 20403, 70051, 70052, 70053]

function isKey({ user }: RefusedRequest): boolean {
  return user.startsWith('SK')
}

function wrongPair(request: RefusedRequest): string {
  return isKey(request)
    ? `The API key and its secret do not belong together, or the key was deleted, or it is one of another account. Copy both again, or make a new key on this very account. ${whichKey(request)}`
    : 'The account SID and the auth token do not belong together: the token of a parent account does not work for a subaccount, a rotated token not at all. Copy both again.'
}

function acceptedBefore(request: RefusedRequest): string {
  return isKey(request)
    ? `Twilio accepted this API key before in this run, so its secret is right. It lacks the permission for this request, or was deleted in the meantime. ${whichKey(request)}`
    : 'Twilio accepted this auth token before in this run, so it was right. Look in the Twilio Console whether it was rotated in the meantime, or the account suspended.'
}

function lacking(request: RefusedRequest): string {
  return isKey(request)
    ? `The API key may not do this. ${whichKey(request)}`
    : 'The auth token may not do this on this account. Look at the status of the account in the Twilio Console.'
}

/** Which API key may send the request. No public source names a permission for every one. */
function whichKey({ permission }: RefusedRequest): string {
  if (permission === 'main-key')
    return 'Use a Main API key, or the auth token of the parent: no other credential can list accounts.'
  return permission === null
    ? 'Use a Standard key: Twilio documents no permission for this that a Restricted key can have.'
    : `Use a Standard key, or grant the Restricted key the permission ${permission}.`
}

function regionNote({ hasRegion }: RefusedRequest): string {
  return hasRegion
    ? ' TWILIO_REGION does nothing here: Video is in the US region only, so use a credential of that region.'
    : ''
}
