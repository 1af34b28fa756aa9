import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { accountSid, authToken, startAccount } from '../action/fixtures.ts'
import { subaccountToken } from '../action/fleet-fixtures.ts'
import { logView } from './log-view.ts'
import { secrets, steps } from './steps.ts'
import { summaryView } from './summary-view.ts'

async function runDemo(env: Record<string, string>): Promise<{ exitCode: number | null; shown: string }> {
  const inherited = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    NODE_V8_COVERAGE: process.env['NODE_V8_COVERAGE'],
    COVERAGE_FOLDER: process.env['COVERAGE_FOLDER'],
    ACTION_PROGRAM: process.env['ACTION_PROGRAM'],
  }
  const child = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url))], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { shown: await text(child.stdout), exitCode: await closed }
}

describe('the demo', () => {
  it('shows the main job with nothing configured, and every step ends as promised', async () => {
    const { exitCode, shown } = await runDemo({})
    expect(shown).not.toContain('Not as promised')
    expect(shown.match(/^━━ .*? ━/gm)).toHaveLength(steps.length)
    for (const secret of [...Object.values(secrets), ...[1, 2, 3, 4, 5].map(subaccountToken)])
      expect(shown).not.toContain(secret)
    expect(exitCode).toBe(0)
  })

  it('reads a real account, never writes, and shows no secret', async () => {
    const sandbox = await startAccount()
    const { exitCode, shown } = await runDemo({
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_SANDBOX_URL: sandbox.url,
    })
    await sandbox.close()
    expect(new Set(sandbox.requests.map(({ method }) => method))).toEqual(new Set(['GET']))
    expect(shown).toContain('noncompliant')
    expect(shown).not.toContain(authToken)
    expect(exitCode).toBe(0)
  })

  it('fails when the account could not be read', async () => {
    const sandbox = await startAccount()
    const { exitCode, shown } = await runDemo({
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: 'f'.repeat(32),
      TWILIO_SANDBOX_URL: sandbox.url,
    })
    await sandbox.close()
    expect(shown).toContain('Not as promised: "check of your account"')
    expect(exitCode).toBe(1)
  })
})

describe('logView', () => {
  it('carries commands out as the log view of GitHub does', () => {
    const printed = [
      '::add-mask::hush',
      '::group::one%25',
      'inside hush',
      '::endgroup::',
      '::debug::never',
      '::error title=T%3A x::a%0Ab',
      '::warning::c',
      '::notice::d',
      'plain ::error::e',
      '',
    ].join('\n')
    expect(logView(printed)).toEqual([
      { kind: 'group', text: '▼ one%', isGrouped: false },
      { kind: 'plain', text: 'inside ***', isGrouped: true },
      { kind: 'error', text: 'Error: a', isGrouped: false },
      { kind: 'error', text: 'b', isGrouped: false },
      { kind: 'warning', text: 'Warning: c', isGrouped: false },
      { kind: 'notice', text: 'Notice: d', isGrouped: false },
      { kind: 'plain', text: 'plain ::error::e', isGrouped: false },
    ])
  })
})

describe('summaryView', () => {
  const sid = `CR${'1'.repeat(32)}`
  const row = (cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  const table = [
    '<table>',
    row(['❌', '<code>aws_credentials_sid</code>', `<code>${sid}</code>`, `<code>${sid}</code>`]),
    row(['', 'x', '<em>blank</em>', 'y &#60;']),
    '</table>',
  ].join('\n')

  it.each([80, 95, 100])('keeps a table in %i columns aligned, one line a row', (width) => {
    const [first = '', second = ''] = summaryView(`## A\n\n${table}\n`, width).split('\n').slice(2)
    expect(first.length).toBeLessThanOrEqual(width)
    // The mark takes two columns of the terminal.
    expect(second.indexOf('blank')).toBe(first.indexOf('CR1') + 1)
    expect(second.indexOf('y <')).toBe(first.lastIndexOf('CR1') + 1)
    expect(first.includes(sid)).toBe(width >= 95)
  })

  it('shows what is folded away, under its heading', () => {
    expect(summaryView(`<details><summary>2 more</summary>\n${table}\n</details>\n`, 95)).toMatch(
      /^▼ 2 more\n\n❌ {2}aws_credentials_sid/,
    )
  })
})
