import type { AccountSeed, Fault } from '../sandbox/sandbox.ts'
import type { Step } from '../action/action.ts'
import type { GithubFault, GithubRequest } from '../action/github.ts'

/** What a person may look at after a run; `all` of it together. */
export type Part = 'log' | 'annotations' | 'summary' | 'comment' | 'issue' | 'all'

/** A part, and what its text holds, as a reader reads it. */
export type Saying = readonly [part: Part, text: string | RegExp]

/** One of the situations in which people read what the action says. */
export interface Situation {
  readonly number: number
  /** Tells those with the same number apart; the first of them alone is looked at on a pull request, too. */
  readonly variant?: string
  readonly name: string
  /** Beside the credential, and what asks for an issue or a comment. */
  readonly inputs: Readonly<Record<string, string>>
  /** Inputs in place of the parent's auth token. */
  readonly credential?: Readonly<Record<string, string>>
  /** The behaviour of the server. */
  readonly server?: Server
  /** What is answered in GitHub's place. */
  readonly github?: (request: GithubRequest) => GithubFault | null
  /** The only event of it, with no permission to write. Default: a schedule, and a pull request. */
  readonly event?: NonNullable<Step['event']>
  /** Cancels the job when the first request of this method has arrived. */
  readonly cancelAt?: 'GET' | 'POST'
  readonly env?: Readonly<Record<string, string>>
  readonly expected: Expected
}

/** The accounts that there are, and what goes wrong with requests to them. */
export interface Server {
  /** The parent, where it is otherwise than usual. */
  readonly parent?: Partial<AccountSeed>
  readonly subaccounts?: readonly AccountSeed[]
  readonly faults?: readonly Fault[]
}

/** The texts that must be seen. To expect more of a situation, add a line to one of the two lists. */
export interface Expected {
  readonly exitCode?: 0 | 1
  readonly result?: string
  readonly says?: readonly Saying[]
  readonly neverSays?: readonly Saying[]
}

/** A name for files, such as `07-apply`. */
export function idOf({ number, variant }: Situation): string {
  return [String(number).padStart(2, '0'), ...(variant === undefined ? [] : [variant])].join('-')
}
