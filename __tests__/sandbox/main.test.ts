import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { isThere } from '../workflows/files.ts'
import { decrypted, download } from './decrypt.ts'
import { compositionPath, sandboxForTest, sid } from './fixtures.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

function start(port: string) {
  const child = spawn(process.execPath, ['__tests__/sandbox/main.ts'], {
    env: { ...process.env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  return child
}

test('prints how to reach it, answers so, and stops when it is told to', async () => {
  const child = start('0')
  const exited = once(child, 'exit')
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (printed.includes('private-key.pem\n')) break
  }
  const exported = (name: string) => new RegExp(`^  export ${name}=(\\S+)$`, 'm').exec(printed)?.[1] ?? ''
  const [url, account, token] = [
    exported('TWILIO_SANDBOX_URL'),
    exported('TWILIO_ACCOUNT_SID'),
    exported('TWILIO_AUTH_TOKEN'),
  ]
  expect([account, token]).toEqual([sid('AC', 'a'), 'token-token-token-token-token-00'])
  const response = await fetch(url + compositionPath, {
    headers: { authorization: `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}` },
  })
  expect(await response.json()).toMatchObject({
    account_sid: account,
    encryption_enabled: true,
    encryption_key_sid: sid('CR', 'b'),
  })
  const commands = printed
    .split('\n')
    .filter((line) => /^  (export|env|node_modules)\b/.test(line))
    .join('\n')
  for (const shell of ['sh', 'dash', 'bash', 'zsh'].filter(isThere)) {
    const pasted = spawn(shell, ['-c', commands], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [log = '', shown = ''] = (await text(pasted.stdout)).split('Outputs\n')
    expect(log).toMatch(/^Plan: 1 setting would change\. /m)
    expect(log).not.toMatch(/set-output|was not written:/)
    expect(shown.match(/^ {2}(?:result|drift|findings) .*$/gm)).toEqual([
      '  result    drift',
      '  drift     true',
      '  findings  []',
    ])
    expect(shown).toMatch(/^ {3}📝 encryption_key_sid\n {6}Current: CRb{32}\n {6}Desired: CRc{32}$/m)
  }
  const [, folder = ''] = /GITHUB_OUTPUT='(.*)\/outputs'/.exec(commands) ?? []
  expect(readdirSync(folder)).toEqual(['outputs', 'private-key.pem', 'summary.md'])
  const [path = ''] = /\/v1\/Compositions\/CJ\w+\/Media/.exec(printed) ?? []
  const stored = await download(url + path, [account, token])
  expect(decrypted(stored, readFileSync(join(folder, 'private-key.pem'), 'utf8'))).toBe('A film.\n')
  child.kill('SIGINT')
  expect(await exited).toEqual([0, null])
  expect(existsSync(folder)).toBe(false)
})

test('says what to do first where there is nothing to show', async () => {
  const child = spawn(process.execPath, ['__tests__/sandbox/main.ts', 'show'], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([said, code]).toEqual(['There is nothing to show. Run the commands that "npm run sandbox" prints.\n', 1])
})

test('says that the port is in use, in a sentence', async () => {
  const { port } = new URL((await sandboxForTest()).url)
  const child = start(port)
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([said, code]).toEqual([`Port ${port} is in use; set the environment variable PORT to another one.\n`, 1])
})

test('says that PORT is no port, in a sentence', async () => {
  const child = start('many')
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect([said, code]).toEqual(['PORT must be a number from 0 to 65535.\n', 1])
})
