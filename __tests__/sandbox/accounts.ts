import { type Answer, invalid, json, methodNotAllowed } from './answers.ts'
import { type Caller, unauthenticated } from './authentication.ts'
import type { Call } from './call.ts'
import { cutPage } from './paging.ts'
import type { Account, State } from './state.ts'

const path = '/2010-04-01/Accounts.json'
const firstDate = 'Thu, 01 Jan 2026 00:00:00 +0000'

/** The names under `subresource_uris`, with the path that each one ends in. */
const subresources = {
  addresses: 'Addresses',
  applications: 'Applications',
  authorized_connect_apps: 'AuthorizedConnectApps',
  available_phone_numbers: 'AvailablePhoneNumbers',
  balance: 'Balance',
  calls: 'Calls',
  conferences: 'Conferences',
  connect_apps: 'ConnectApps',
  incoming_phone_numbers: 'IncomingPhoneNumbers',
  keys: 'Keys',
  messages: 'Messages',
  notifications: 'Notifications',
  outgoing_caller_ids: 'OutgoingCallerIds',
  queues: 'Queues',
  recordings: 'Recordings',
  short_codes: 'SMS/ShortCodes',
  signing_keys: 'SigningKeys',
  sip: 'SIP',
  transcriptions: 'Transcriptions',
  usage: 'Usage',
} as const

/**
 * Answers GET of `/2010-04-01/Accounts.json`: the parent and its subaccounts, with the auth token of
 * each. Only the parent's SID and auth token, or a Main API key of it, may list them; any other credential is
 * answered as a wrong one, 401 with code 20003.
 */
export function answerAccounts(caller: Caller, call: Call, state: State): Answer {
  const mayList = caller.kind === 'auth-token' || caller.kind === 'main-key'
  if (!mayList || caller.account.owner !== caller.account.sid) return unauthenticated
  if (call.method !== 'GET') return methodNotAllowed(call.method, call.path)
  const { FriendlyName: name, Status: status } = call.query
  if (status !== undefined && !['active', 'suspended', 'closed'].includes(status))
    return invalid('Invalid parameter Status')

  const family = [...state.accounts.values()].filter((account) => account.owner === caller.account.sid)
  const listed = family.filter(
    (account) =>
      (status === undefined || account.status === status) && (name === undefined || account.friendlyName === name),
  )
  const cut = cutPage(listed, call.query, {
    ...(name === undefined ? {} : { FriendlyName: name }),
    ...(status === undefined ? {} : { Status: status }),
  })
  if (cut.kind === 'refused') return cut.answer
  const { page } = cut
  return json(200, {
    first_page_uri: path + page.first,
    end: page.start + Math.max(0, page.items.length - 1),
    previous_page_uri: page.previous === null ? null : path + page.previous,
    accounts: page.items.map(accountBody),
    uri: path + page.self,
    page_size: page.size,
    start: page.start,
    next_page_uri: page.next === null ? null : path + page.next,
    page: page.index,
  })
}

function accountBody(account: Account): Record<string, unknown> {
  const base = `/2010-04-01/Accounts/${account.sid}`
  return {
    auth_token: account.authToken,
    date_created: firstDate,
    date_updated: firstDate,
    friendly_name: account.friendlyName,
    owner_account_sid: account.owner,
    sid: account.sid,
    status: account.status,
    subresource_uris: Object.fromEntries(
      Object.entries(subresources).map(([name, end]) => [name, `${base}/${end}.json`]),
    ),
    type: 'Full',
    uri: `${base}.json`,
  }
}
