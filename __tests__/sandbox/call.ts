import type { State } from './state.ts'

/** A request, parsed. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly form: Readonly<Record<string, string>>
}

/** What carrying out a request needs beside the request. */
export interface Context {
  readonly state: State
  /** The origin of the pages that a list of credentials links to. */
  readonly pageOrigin: string
  readonly now: () => Date
}
