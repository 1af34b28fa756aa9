import type { Bucket } from './bucket.ts'
import type { State } from './state.ts'

/** A request, parsed. */
export interface Call {
  readonly method: string
  readonly path: string
  /** Path and query, byte for byte as they came. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly form: Readonly<Record<string, string>>
}

/** What carrying out a request needs beside the request. */
export interface Context {
  readonly state: State
  /** The origin of the pages that a list on a host of Twilio links to. */
  readonly pageOrigin: (host: string) => string
  readonly bucket: Bucket
  readonly now: () => Date
}
