import { env, exit } from 'node:process'
import { type AccountSeed, startSandbox } from './sandbox.ts'

const sid = (prefix: string, digit: string) => prefix + digit.repeat(32)

/** Encrypted, but with the older of its two keys, and stored in Twilio's cloud. */
const account = {
  sid: sid('AC', 'a'),
  authToken: 'token-token-token-token-token-00',
  friendlyName: 'Example Company',
  publicKeys: [
    { sid: sid('CR', 'b'), friendlyName: 'compositions 2025', dateCreated: '2025-01-15T09:00:00Z' },
    { sid: sid('CR', 'c'), friendlyName: 'compositions 2026', dateCreated: '2026-01-15T09:00:00Z' },
  ],
  awsCredentials: [{ sid: sid('CR', 'd'), friendlyName: 'bucket writer' }],
  compositionSettings: { friendly_name: 'Composition settings', encryption_enabled: true, encryption_key_sid: sid('CR', 'b') },
} satisfies AccountSeed

const subaccount: AccountSeed = { sid: sid('AC', 'b'), authToken: 'token-token-token-token-token-01', friendlyName: 'Example Subaccount', owner: account.sid }

function instructions(url: string): string {
  return `A Twilio for tests runs on ${url}. Stop it with Ctrl+C.

It has one account with public keys ${account.publicKeys.map((key) => key.sid).join(' and ')},
the AWS credential ${account.awsCredentials.map((credential) => credential.sid).join()}, and a subaccount.
To point the action at it:

  export TWILIO_SANDBOX_URL=${url}
  export TWILIO_ACCOUNT_SID=${account.sid}
  export TWILIO_AUTH_TOKEN=${account.authToken}
  env 'INPUT_MODE=plan' 'INPUT_ENCRYPTION-ENABLED=true' 'INPUT_ENCRYPTION-KEY-SID=${sid('CR', 'c')}' node_modules/.bin/node dist/index.js

To look at the settings:

  curl --user "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "$TWILIO_SANDBOX_URL/v1/CompositionSettings/Default"
`
}

async function main(): Promise<void> {
  const port = Number(env['PORT'] ?? '8787')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return fail('PORT must be a number from 0 to 65535.')
  try {
    const sandbox = await startSandbox({ port, accounts: [account, subaccount] })
    process.stdout.write(instructions(sandbox.url))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')) throw thrown
    fail(`Port ${port} is in use; set the environment variable PORT to another one.`)
  }
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  exit(1)
}

await main()
