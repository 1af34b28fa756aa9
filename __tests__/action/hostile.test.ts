import { fingerprintOf, rsaPair } from '../keys.ts'
import { describe, expect, it } from 'vitest'
import { accountSid, open, safe } from './fixtures.ts'
import { annotated, changesOf, onStage, play, type Scene } from './scenario.ts'
import { render } from './rendered.ts'
import { settingNames } from '../../src/settings/settings.ts'

/** What somebody may have written into Twilio, and how a reader must see it. */
const texts: readonly (readonly [name: string, value: string, shown: string])[] = [
  ['an image', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['the end of a cell', '</code></td></tr></table><h1>In sync</h1>', '</code></td></tr></table><h1>In sync</h1>'],
  ['a mention', '@your-org/team and @octocat', '@your-org/team and @octocat'],
  ['a pipe', 'a|b || c', 'a|b || c'],
  [
    'a command on a line of its own',
    'a\n::error::x\r::warning::y\r\n::stop-commands::z',
    'a\\n::error::x\\r::warning::y\\r\\n::stop-commands::z',
  ],
  ['a command', '::set-output name=result::in-sync', '::set-output name=result::in-sync'],
  ['a command after white space', ' \t ::add-mask::true', ' \\t ::add-mask::true'],
  ['a command of the first kind', '##[error]x ##[group]y', '##[error]x ##[group]y'],
  ['an escaped command', '%0A::set-output name=result::in-sync%0D%25', '%0A::set-output name=result::in-sync%0D%25'],
  ['a text that turns its direction', 'safe\u202Efdp.exe\u2066', 'safe\\u{202e}fdp.exe\\u{2066}'],
  [
    'characters that show nothing',
    'a\u200Bb\u00ADc\u0000\u001B[2Jd\u2028e\u2029f\u0085',
    'a\\u{200b}b\\u{ad}c\\u{0}\\u{1b}[2Jd\\u{2028}e\\u{2029}f\\u{85}',
  ],
  ['half a character', 'a\uD800b', 'a\\u{d800}b'],
  ['100 kB', 'x'.repeat(100_000), `${'x'.repeat(1000)}… (100000 characters)`],
  ['50 kB of lines', '\n'.repeat(50_000), `${'\\n'.repeat(1000)}… (50000 characters)`],
  ['backticks', '```\n# Heading\n```', '```\\n# Heading\\n```'],
  [
    'Markdown after a blank line',
    '\n\n# In sync\n\n[x](javascript:alert(1)) ![](https://evil.example/x.png) https://evil.example',
    '\\n\\n# In sync\\n\\n[x](javascript:alert(1)) ![](https://evil.example/x.png) https://evil.example',
  ],
  ['entities', '&lt;b&gt; &#60;i&#62; &amp;', '&lt;b&gt; &#60;i&#62; &amp;'],
  ['quotes', `"'\`\\ $(id) \${{ secrets.TOKEN }}`, `"'\`\\ $(id) \${{ secrets.TOKEN }}`],
  [
    'the delimiter of an output',
    'ghadelimiter_0\nresult<<EOF\nin-sync\nEOF',
    'ghadelimiter_0\\nresult<<EOF\\nin-sync\\nEOF',
  ],
]

/** What is said where a step could not take the only entry of "changes" from its environment. */
const tooLarge =
  'The output "changes" holds only the first 0 of 1 entries, because Linux limits what a later step can take. The evidence file has all of them: set "report-path".'

/**
 * A line that the runner takes for a command.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
const command = /^\s*::|##\[/
const own =
  /^::(add-mask::[\w+/=%:.-]+|group::[\w -]+|endgroup::|(error|warning) title=Twilio settings%3A [^:]+::(?!\s*::).*)$/

/**
 * Every command in the log is the action's own, and all of one line. `verdict` is the one that fails the
 * step.
 */
function expectOwnCommands({ log }: Scene, verdict: string | null): void {
  const commands = log.split(/\r\n|\r|\n/).filter((line) => command.test(line) && !own.test(line))
  expect(commands).toEqual(verdict === null ? [] : [expect.stringMatching(new RegExp(`^::error::${verdict}`))])
  expect(log).not.toContain('##[')
}

const inLog = (shown: string): string => shown.replaceAll('##[', '#\\u{23}[').replace(/^(\s*):(?=:)/, '$1\\u{3a}')

describe.concurrent.each(texts)('%s', (_, value, shown) => {
  const compositionSettings = { ...open, friendly_name: value }
  const of = { account_sid: accountSid, resource: 'composition-settings' }

  it('shows as text where it differs', async () => {
    const scene = await play({
      seed: { compositionSettings },
      inputs: { 'friendly-name': 'Media', 'encryption-enabled': 'false', 'report-path': 'evidence.json' },
    })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([1, 'drift'])
    expect(Object.keys(scene.outputs)).toEqual(['result', 'drift', 'changes', 'findings', 'plan-id', 'report'])
    const change = { ...of, setting: 'friendly_name', current: value, desired: 'Media' }
    const fits = Buffer.byteLength(JSON.stringify([change])) <= 120_000
    expect(changesOf(scene)).toEqual(fits ? [change] : [])
    expect(annotated(scene, 'warning').filter((text) => text.includes('output'))).toEqual(fits ? [] : [tooLarge])
    const { elements, settings, html } = render(scene.summary)
    expect(settings.map((items) => items.map((item) => item.length))).toEqual([
      [3, 2],
      settingNames.slice(2).map(() => 2),
    ])
    expect(settings[0]?.[0]).toEqual(['❌ friendly_name', shown, 'Media'])
    expect([...new Set(elements)].toSorted()).toEqual([
      'br',
      'code',
      'details',
      'em',
      'h2',
      'li',
      'p',
      'pre',
      'sub',
      'summary',
      'ul',
    ])
    expect(html.match(/<li>❌ <code>friendly_name<\/code><br>Current: <code>[^<]*<\/code><br>/g)).toHaveLength(1)
    expect(scene.annotations).toContainEqual({
      level: 'error',
      title: 'Twilio settings: 1 setting differs',
      message: inLog(`Composition settings of ${accountSid}: friendly_name: "${shown}" → "Media".`),
    })
    expectOwnCommands(scene, 'Drift: the name differs\\. ')
    expect(JSON.parse(scene.evidence ?? '')).toMatchObject({ targets: [{ current: { friendly_name: value } }] })
  })

  it('shows as text where nobody manages it', async () => {
    const scene = await play({ seed: { compositionSettings }, inputs: { 'encryption-enabled': 'false' } })
    expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
    expect(render(scene.summary).settings[1]?.at(-1)).toEqual(['friendly_name', shown])
    expectOwnCommands(scene, null)
  })

  it('shows as text in an error of Twilio', async () => {
    const scene = await play({
      inputs: { 'encryption-enabled': 'false' },
      faults: [{ effect: { kind: 'status', status: 400, code: 20001, message: value, moreInfo: value } }],
    })
    expect([scene.exitCode, scene.outputs['result'], scene.methods]).toEqual([1, 'error', 'GET'])
    const { elements, points, text } = render(scene.summary)
    expect(points).toHaveLength(1)
    expect([...new Set(elements)].toSorted()).toEqual(['h2', 'li', 'p', 'sub', 'ul'])
    expect(points[0]).toContain(`HTTP 400, Twilio code 20001: ${shown.slice(0, 100)}`)
    expect(text.length).toBeLessThan(6_000)
    expectOwnCommands(scene, 'Twilio refused the request\\. ')
  })
})

/** What an environment can hold, and what is left of it when it is trimmed. */
const inputs = texts
  .map(([name, value]) => [name, value.trim()] as const)
  .filter(([, value]) => value !== '' && value.isWellFormed() && !value.includes('\0'))

describe.concurrent.each(inputs)('%s, as an input', (_, desired) => {
  it('is sent as it is, and is in sync then', async () => {
    await onStage({ seed: { compositionSettings: safe } }, async (_, run) => {
      const scene = await run({ inputs: { 'friendly-name': desired, mode: 'apply' } })
      expect([scene.exitCode, scene.outputs['result'], scene.stored?.friendly_name]).toEqual([0, 'applied', desired])
      expect(render(scene.summary).settings[0]).toHaveLength(1)
      expect(scene.annotations.map(({ level }) => level)).toEqual(['notice'])
      const second = await run({ inputs: { 'friendly-name': desired, mode: 'apply' } })
      expect([second.outputs['result'], second.methods]).toEqual(['in-sync', 'GET'])
    })
  })
})

describe.concurrent('what else may be hostile', () => {
  it('a request id is no Markdown', async () => {
    const headers = { 'twilio-request-id': '[click](https://evil.example) @team <b>' }
    const scene = await play({
      inputs: { 'encryption-enabled': 'false' },
      faults: [{ effect: { kind: 'status', status: 400, headers } }],
    })
    expect(render(scene.summary).html).not.toContain('evil.example')
    expect(annotated(scene, 'error')).toEqual([expect.stringContaining('(request without an id; tried once)')])
  })

  it('an account that answers may have any length', async () => {
    const scene = await play({
      inputs: { 'encryption-enabled': 'false' },
      faults: [{ effect: { kind: 'wrong-account', sid: 'x'.repeat(100_000) } }],
    })
    expect(scene.outputs['result']).toBe('refused')
    expect(scene.summary.length).toBeLessThan(1_000)
  })

  it('an account that answers is no Markdown', async () => {
    const scene = await play({
      inputs: { 'encryption-enabled': 'false' },
      faults: [{ effect: { kind: 'wrong-account', sid: '<b>[x](https://evil.example)\n\n::error::x' } }],
    })
    expect(render(scene.summary).points[0]).toContain('Account <b>[x](https://evil.example)\\n\\n::error::x answered')
    expectOwnCommands(scene, 'Another account answered\\. ')
  })

  it('an input that is wrong is shown by its length', async () => {
    const scene = await play({
      inputs: { 'encryption-enabled': 'false', mode: '<b>\n::error::x ##[error]y', require: '::error::z' },
    })
    expect(render(scene.summary).points).toEqual([
      '❌ "mode" must be check, plan or apply, and is something else, of 25 characters.',
      '❌ "require" takes a list of encryption or external-storage, and has something else, of 10 characters.',
    ])
    expectOwnCommands(scene, '2 mistakes in the workflow\\. ')
  })
})

describe('a line of the log', () => {
  it('is never longer than the runner keeps, and a list in it says how many more there are', async () => {
    const { publicPem } = rsaPair()
    const friendlyName = `${'x'.repeat(30)} sha256:${fingerprintOf(publicPem)}`
    const publicKeys = Array.from({ length: 200 }, (_, number) => ({
      sid: `CR${number.toString(16).padStart(32, '0')}`,
      friendlyName,
    }))
    const scene = await play({ seed: { publicKeys }, inputs: { 'encryption-public-key': publicPem } })
    expect(scene.log.split('\n').filter((line) => line.length > 4096)).toEqual([])
    expect(annotated(scene, 'warning').join()).toMatch(/200 public keys are equal .* and 190 more/)
  })

  it('is cut where Twilio or the workflow makes it longer', async () => {
    const scene = await play({
      inputs: { 'encryption-enabled': 'false', 'report-path': `${'long/'.repeat(1500)}evidence.json` },
    })
    expect(scene.log.split('\n').filter((line) => line.length > 4096)).toEqual([])
    expect(scene.log).toContain('The evidence file long/')
  })
})
