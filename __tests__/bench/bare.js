// The least that a script can do: the same GET, with what Node brings. JavaScript, because Node takes time to strip types.
const { TWILIO_SANDBOX_URL: origin, TWILIO_ACCOUNT_SID: user, TWILIO_AUTH_TOKEN: password } = process.env
const response = await fetch(`${origin}/v1/CompositionSettings/Default`, {
  headers: { authorization: `Basic ${btoa(`${user}:${password}`)}` },
})
const settings = JSON.parse(await response.text())
console.log(settings.encryption_enabled)
