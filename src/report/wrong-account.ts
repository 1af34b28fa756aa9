import type { Outcome } from '../run/outcome.ts'
import { abbreviate } from '../shared/text.ts'

/** Who answered instead of the declared account, if that is known. */
export function wrongAccountRemark({ answered, target }: Extract<Outcome, { status: 'wrong-account' }>): {
  readonly level: 'error'
  readonly title: string
  readonly text: string
} {
  return answered === null
    ? {
        level: 'error',
        title: 'No answer names the account',
        text: `No answer of Twilio says which account it is about, and the workflow declares ${target.accountSid}. If its settings were never made, make them once in the Twilio Console, or use the auth token of the account instead of an API key.`,
      }
    : {
        level: 'error',
        title: 'Another account answered',
        text: `Account ${abbreviate(answered)} answered, and the workflow declares ${target.accountSid}.`,
      }
}
