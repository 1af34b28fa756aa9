import { expect, it } from 'vitest'
import { type Finding, findingTitle, isUnusable } from '../../src/settings/findings.ts'

const finding = (rule: Finding['rule'], over: Partial<Finding> = {}): Finding => ({
  rule,
  subject: 'live',
  severity: 'error',
  message: 'why',
  ...over,
})

it.each<[Finding['rule'], boolean]>([
  ['key-missing', true],
  ['key-wrong-kind', true],
  ['aws-credential-missing', true],
  ['aws-credential-wrong-kind', true],
  ['key-age', false],
  ['encryption-without-key', false],
  ['floor-encryption', false],
])('%s is of a credential that no write may name: %s', (rule, expected) => {
  expect(isUnusable(finding(rule))).toBe(expected)
  expect(isUnusable(finding(rule, { severity: 'warning' }))).toBe(false)
})

it('is titled by whose it is', () => {
  expect(findingTitle(finding('floor-encryption'))).toBe('encryption is not on')
  expect(findingTitle(finding('floor-encryption', { subject: 'desired' }))).toBe('the workflow asks for no encryption')
  expect(findingTitle(finding('key-missing', { subject: 'desired' }))).toBe('the public key does not exist')
})
