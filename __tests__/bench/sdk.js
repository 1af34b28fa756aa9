// The same GET by Twilio's SDK. JavaScript, because Node takes time to strip types.
import twilio from 'twilio'

const { TWILIO_SANDBOX_URL: origin, TWILIO_ACCOUNT_SID: user, TWILIO_AUTH_TOKEN: password } = process.env
const client = twilio(user, password)
client.video.baseUrl = origin
const settings = await client.video.v1.compositionSettings().fetch()
console.log(settings.encryptionEnabled)
