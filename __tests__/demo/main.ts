import { runAction, type StepResult } from '../action/action.ts'
import { accountSeed, otherAccountSid } from '../action/fixtures.ts'
import { drifts, fleetSeeds } from '../action/fleet-fixtures.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { readRealAccount, type RealAccount } from './real-account.ts'
import { say, showDone, showStep } from './show.ts'
import { type DemoStep, type Done, mediaAccount, secrets, steps } from './steps.ts'

/** What a step needs beside its inputs. */
interface Workflow {
  /** The values of `${{ secrets.… }}`. */
  readonly secrets: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string>>
  /** The methods of the requests that Twilio received since it was asked last. */
  readonly takeSent: () => string | null
}

const account = readRealAccount(process.env)
process.exitCode = account === null ? await showSandbox() : await checkRealAccount(account)

/** Shows the main job on a Twilio that runs on this machine. */
async function showSandbox(): Promise<number> {
  const sandbox = await startSandbox({
    accounts: [
      accountSeed(),
      { sid: otherAccountSid, authToken: secrets.NEW_AUTH_TOKEN },
      mediaAccount,
      ...fleetSeeds(5, drifts(3)),
    ],
  })
  try {
    if (process.env['TWILIO_ACCOUNT_SID'])
      say(
        'TWILIO_ACCOUNT_SID is set, but neither TWILIO_AUTH_TOKEN nor TWILIO_API_KEY with TWILIO_API_KEY_SECRET is: your account is not asked.',
      )
    say(
      `A sandbox of Twilio runs at ${sandbox.url}, with a few accounts. dist/index.js runs against it as a runner would run it, ${steps.length} times. Each time it warns that a sandbox answered; that line is left out here.`,
    )
    const takeSent = (): string =>
      sandbox.requests
        .splice(0)
        .map(({ method }) => method)
        .join(' ')
    return await runAll(
      steps,
      { secrets, env: { TWILIO_SANDBOX_URL: sandbox.url }, takeSent },
      'You saw drift found, planned, applied as reviewed, and proven, a downgrade refused, a key taken from the repository, media looked at, and a fleet checked. Next: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and "npm start" checks your own account without writing.',
    )
  } finally {
    await sandbox.close()
  }
}

/** Runs one check against Twilio itself. */
async function checkRealAccount({ step, secrets, env }: RealAccount): Promise<number> {
  return await runAll(
    [step],
    { secrets, env, takeSent: () => null },
    'Your account was read and nothing was written. Next: put the workflow of README.md into your repository; "mode: plan" shows what it would change.',
  )
}

async function runAll(list: readonly DemoStep[], workflow: Workflow, ending: string): Promise<number> {
  const results = new Map<string, StepResult>()
  const broken: string[] = []
  for (const [index, step] of list.entries()) {
    showStep(step, index + 1, list.length)
    const result = await runAction({
      with: evaluated(step.with, workflow, results),
      env: workflow.env,
      workspace: step.workspace ?? {},
    })
    results.set(step.id, result)
    const done: Done = { result, sent: workflow.takeSent() }
    const isKept = step.promise.isKept(done)
    showDone(step, done, isKept)
    if (!isKept) broken.push(`"${step.title}"`)
  }
  console.log('')
  say(broken.length === 0 ? ending : `Not as promised: ${broken.join(', ')}. See above.`)
  return broken.length === 0 ? 0 : 1
}

/**
 * The inputs with the two kinds of expressions that the steps use evaluated, as GitHub does before the
 * runner sees them.
 */
function evaluated(
  inputs: DemoStep['with'],
  { secrets }: Workflow,
  results: ReadonlyMap<string, StepResult>,
): Record<string, string> {
  const evaluate = (text: string): string =>
    text
      .replace(/\$\{\{ secrets\.(\w+) \}\}/g, (_, name: string) => secrets[name] ?? '')
      .replace(
        /\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}/g,
        (_, id: string, output: string) => results.get(id)?.outputs[output] ?? '',
      )
  return Object.fromEntries(Object.entries(inputs).map(([input, value]) => [input, evaluate(value)]))
}
