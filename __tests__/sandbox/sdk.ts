import twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import type * as response from 'twilio/lib/http/response.js'

/** Sends to one origin what the SDK means for Twilio's hosts. */
class RedirectedClient extends twilio.RequestClient {
  readonly origin: string

  constructor(origin: string) {
    super()
    this.origin = origin
  }

  override request<T>(options: RequestClient.RequestOptions<T>): Promise<response.default<T>> {
    const { pathname, search } = new URL(options.uri)
    return super.request({ ...options, uri: this.origin + pathname + search })
  }
}

/** Twilio's own SDK, with the sandbox in place of Twilio. */
export function sdkClient(url: string, accountSid: string, authToken: string): twilio.Twilio {
  return twilio(accountSid, authToken, { httpClient: new RedirectedClient(new URL(url).origin) })
}
