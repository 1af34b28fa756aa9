import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { env } from 'node:process'

// What the job "action" of ci.yml must have left behind: one drift, and nothing else. The outputs come
// as environment variables.
const accountSid = `AC${'a'.repeat(32)}`
const change = {
  account_sid: accountSid,
  resource: 'composition-settings',
  setting: 'encryption_key_sid',
  current: `CR${'b'.repeat(32)}`,
  desired: `CR${'c'.repeat(32)}`,
}

assert.equal(env['OUTCOME'], 'failure', 'a check that finds drift fails its step')
assert.equal(env['RESULT'], 'drift')
assert.equal(env['DRIFT'], 'true')
assert.deepEqual(JSON.parse(env['CHANGES'] ?? ''), [change])
assert.deepEqual(JSON.parse(env['FINDINGS'] ?? ''), [])
assert.match(env['PLAN_ID'] ?? '', /^[0-9a-f]{64}$/)
const evidence = JSON.parse(readFileSync(env['REPORT'] ?? '', 'utf8')) as Readonly<Record<string, unknown>>
assert.equal(evidence['result'], 'drift', 'the evidence file says the same')
assert.equal(evidence['planId'], env['PLAN_ID'], 'the evidence file has the same plan')
console.log('The action found the drift, and nothing else.')
