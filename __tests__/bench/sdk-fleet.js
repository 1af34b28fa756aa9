// The same accounts by Twilio's SDK, one after another, as a script does it. JavaScript, because Node takes time to strip types.
import twilio from 'twilio'

const { TWILIO_SANDBOX_URL: origin, TWILIO_ACCOUNT_SID: user, TWILIO_AUTH_TOKEN: password } = process.env
const clientOf = (sid, token) => {
  const client = twilio(sid, token)
  for (const domain of [client.api, client.video, client.accounts]) domain.baseUrl = origin
  return client
}
let inSync = 0
for (const { sid, authToken } of await clientOf(user, password).api.v2010.accounts.list({
  status: 'active',
  pageSize: 1000,
})) {
  const client = clientOf(sid, authToken)
  const settings = await client.video.v1.compositionSettings().fetch()
  const keys = await client.accounts.v1.credentials.publicKey.list({ pageSize: 1000 })
  const credentials = await client.accounts.v1.credentials.aws.list({ pageSize: 1000 })
  const isThere =
    keys.some((key) => key.sid === settings.encryptionKeySid) &&
    credentials.some((credential) => credential.sid === settings.awsCredentialsSid)
  if (settings.encryptionEnabled && settings.awsStorageEnabled && isThere) inSync++
}
console.log(inSync)
