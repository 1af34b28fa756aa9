import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv, env, exit } from 'node:process'
import { rsaPair } from '../keys.ts'
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
  compositionSettings: {
    friendly_name: 'Composition settings',
    encryption_enabled: true,
    encryption_key_sid: sid('CR', 'b'),
  },
  compositions: [
    {
      sid: sid('CJ', 'a'),
      dateCreated: new Date().toISOString(),
      encryptionKeySid: sid('CR', 'b'),
      content: 'A film.\n',
    },
  ],
} satisfies AccountSeed

const subaccount: AccountSeed = {
  sid: sid('AC', 'b'),
  authToken: 'token-token-token-token-token-01',
  friendlyName: 'Example Subaccount',
  owner: account.sid,
}

/** The files in which a runner takes outputs and summary from an action. */
interface Files {
  readonly outputs: string
  readonly summary: string
}

function instructions(url: string, { outputs, summary }: Files, privateKey: string): string {
  return `A Twilio for tests runs on ${url}. Stop it with Ctrl+C.

It has one account with public keys ${account.publicKeys.map((key) => key.sid).join(' and ')},
the AWS credential ${account.awsCredentials.map((credential) => credential.sid).join()}, and a subaccount.
To run the action against it, paste this into another terminal, in this folder:

  export TWILIO_SANDBOX_URL=${url}
  export TWILIO_ACCOUNT_SID=${account.sid}
  export TWILIO_AUTH_TOKEN=${account.authToken}
  export GITHUB_OUTPUT='${outputs}'
  export GITHUB_STEP_SUMMARY='${summary}'
  env 'INPUT_MODE=plan' 'INPUT_ENCRYPTION-ENABLED=true' 'INPUT_ENCRYPTION-KEY-SID=${sid('CR', 'c')}' node_modules/.bin/node dist/index.js
  node_modules/.bin/node __tests__/sandbox/main.ts show

The action prints its log, with the lines (::…) that a runner carries out; the last command shows the outputs and the summary.
An input of README.md is the environment variable INPUT_ and its name in capitals, hyphens kept: max-key-age-days is
INPUT_MAX-KEY-AGE-DAYS. Only env sets such a variable in every shell.

To look at the settings:

  curl --user "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "$TWILIO_SANDBOX_URL/v1/CompositionSettings/Default"

The composition ${account.compositions[0]?.sid} is encrypted, as Twilio encrypts them. To try a program that decrypts:
its media is at /v1/Compositions/${account.compositions[0]?.sid}/Media, and the private key (PKCS #8) in
${privateKey}
`
}

async function main(): Promise<void> {
  if (argv[2] === 'show')
    return show({ outputs: env['GITHUB_OUTPUT'] ?? '', summary: env['GITHUB_STEP_SUMMARY'] ?? '' })
  const port = Number(env['PORT'] ?? '8787')
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return fail('PORT must be a number from 0 to 65535.')
  try {
    const pair = rsaPair()
    const publicKeys = account.publicKeys.map((key) => ({ ...key, publicKey: pair.publicPem }))
    const sandbox = await startSandbox({ port, accounts: [{ ...account, publicKeys }, subaccount] })
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
    const files = { outputs: join(folder, 'outputs'), summary: join(folder, 'summary.md') }
    empty(files)
    const privateKey = join(folder, 'private-key.pem')
    writeFileSync(privateKey, pair.privatePem, { mode: 0o600 })
    process.stdout.write(instructions(sandbox.url, files, privateKey))
    const end = (): void => {
      rmSync(folder, { recursive: true, force: true })
      void sandbox.close()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')) throw thrown
    fail(`Port ${port} is in use; set the environment variable PORT to another one.`)
  }
}

/** Returns the text that the action wrote since the last call. */
async function show(files: Files): Promise<void> {
  const [outputs, summary] = [files.outputs, files.summary].map((path) =>
    existsSync(path) ? readFileSync(path, 'utf8') : '',
  ) as [string, string]
  if (outputs === '') return fail('There is nothing to show. Run the commands that "npm run sandbox" prints.')
  const { summaryView } = await import('../demo/summary-view.ts')
  const rows = [...outputs.matchAll(/^(.+?)<<(ghadelimiter_.+)\n([\s\S]*?)\n\2$/gm)].map(([, name = '', , value]) =>
    `  ${name.padEnd(8)}  ${value}`.trimEnd(),
  )
  const lines = summaryView(summary, 98)
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
  process.stdout.write(['', 'Outputs', ...rows, '', 'Summary', ...lines, ''].join('\n'))
  empty(files)
}

function empty({ outputs, summary }: Files): void {
  for (const path of [outputs, summary]) writeFileSync(path, '')
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  exit(1)
}

await main()
