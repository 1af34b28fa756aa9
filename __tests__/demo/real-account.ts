import type { DemoStep } from './steps.ts'

/** The account that the environment names, and what the demo does with it. */
export interface RealAccount {
  readonly step: DemoStep
  readonly secrets: Readonly<Record<string, string>>
  /** The obstacles between a request and its host, such as a proxy. */
  readonly env: Readonly<Record<string, string>>
}

const onTheWay = /^(https?_proxy|no_proxy|node_extra_ca_certs|twilio_sandbox_url)$/i

/**
 * Reads the environment; `null` if it does not name an account together with a credential. A key wins
 * over a token.
 */
export function readRealAccount(env: NodeJS.ProcessEnv): RealAccount | null {
  const { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, TWILIO_API_KEY: key, TWILIO_SANDBOX_URL: sandbox } = env
  const keySecret = env['TWILIO_API_KEY_SECRET'] || env['TWILIO_API_SECRET']
  if (!sid) return null
  const passed = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      onTheWay.test(name) && value !== undefined ? [[name, value] as const] : [],
    ),
  )
  if (key && keySecret) {
    const step = check(
      { 'account-sid': sid, 'api-key': key, 'api-key-secret': '${{ secrets.TWILIO_API_KEY_SECRET }}' },
      sandbox,
    )
    return { step, secrets: { TWILIO_API_KEY_SECRET: keySecret }, env: passed }
  }
  return token
    ? {
        step: check({ 'account-sid': sid, 'auth-token': '${{ secrets.TWILIO_AUTH_TOKEN }}' }, sandbox),
        secrets: { TWILIO_AUTH_TOKEN: token },
        env: passed,
      }
    : null
}

/** A check of the floor: it names no setting, so there is none that it could write. */
function check(access: DemoStep['with'], sandbox: string | undefined): DemoStep {
  return {
    id: 'check',
    title: 'check of your account',
    about: `TWILIO_ACCOUNT_SID and credentials are in the environment, so this asks ${sandbox ?? 'Twilio itself'}, and never writes. It is green if compositions are encrypted.`,
    with: { mode: 'check', ...access, require: 'encryption' },
    promise: {
      sentence: 'the account was read and judged',
      isKept: ({ result }) => ['in-sync', 'noncompliant'].includes(result.outputs['result'] ?? ''),
    },
  }
}
