/**
 * What to do about an error that Twilio answers, by its code, else by the HTTP status; `null` if nothing
 * is known. `permission` is what a Restricted API key needs for the call.
 * https://www.twilio.com/docs/api/errors
 */
export function advice(
  status: number,
  code: number | null,
  credential: { readonly user: string },
  permission: string | null,
): string | null {
  const wrongPair = credential.user.startsWith('SK')
    ? 'The API key and its secret do not belong together, or the key was deleted, or it is one of another account. Copy both again, or make a new key on this very account.'
    : 'The account SID and the auth token do not belong together: the token of a parent account does not work for a subaccount, a rotated token not at all. Copy both again.'
  const wayOut =
    permission === null
      ? '; a Restricted key cannot be given this permission'
      : `, or grant the Restricted key the permission ${permission}`
  const lacking = credential.user.startsWith('SK')
    ? `The API key may not do this. Use a Standard key${wayOut}.`
    : 'The auth token may not do this on this account. Look at the status of the account in the Twilio Console.'
  switch (code ?? status) {
    case 20003:
    case 401:
      return wrongPair
    case 20004:
    case 20403:
    case 403:
      return lacking
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
  if (code !== null && status < 500) return advice(status, null, credential, permission)
  if (status >= 300 && status < 400)
    return 'Redirects are not followed, so that the credential goes nowhere else. Is there a proxy in between?'
  if (status >= 500) return 'This is a failure at Twilio: see https://status.twilio.com, and run the job again.'
  return null
}
