import { describe, expect, it } from 'vitest'
import { safe, safeInputs } from './fixtures.ts'
import { unescaped } from './rendered.ts'
import { play, type Scenario, type Scene } from './scenario.ts'

// Names and buckets that somebody keeps as secrets of GitHub: one of each kind is live, the other is desired. They
// hold no word of 12 characters that the action's own sentences have, such as "compositions".
const names = [`R&D <"media"> @acme/team #12 `.repeat(9).trim(), 'The_company_with-two.parts/and more'] as const
const buckets = [
  'https://acme-media-eu.s3.eu-west-1.amazonaws.com/composed/production_2026/team&tag/@all',
  `https://old-media.s3.amazonaws.com/${'a_long-path/'.repeat(30)}end`,
] as const

const live = { ...safe, friendly_name: names[0], aws_s3_url: buckets[0] }
const desired = { 'friendly-name': names[1], 'aws-s3-url': buckets[1] }

/**
 * What is left of a text when whole values have been masked in each of its lines, as the runner does it with the
 * job summary: as they are, and with the entities of XML.
 */
function masked(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, entitled(secret)]).toSorted((a, b) => b.length - a.length)
  return text
    .split('\n')
    .map((line) => forms.reduce((rest, form) => rest.replaceAll(form, '***'), line))
    .join('\n')
}

function entitled(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The parts of the secrets that a reader of a page still sees, each of 12 characters. */
function readable(page: string, secrets: readonly string[]): string[] {
  const seen = unescaped(page.replaceAll(/<[^>]*>|&#8203;/g, ''))
  return secrets.flatMap((secret) =>
    Array.from({ length: secret.length - 11 }, (_, at) => secret.slice(at, at + 12)).filter(
      (part) => seen.includes(part) && part !== 'amazonaws.co',
    ),
  )
}

const all = [...names, ...buckets]
const both = { resources: 'compositions, recordings', 'allow-risky-changes': 'recordings-uncomposable' }
const ways: readonly (readonly [name: string, result: string, scenario: Scenario])[] = [
  ['a check', 'drift', { inputs: desired }],
  ['a check of both resources', 'drift', { inputs: { ...desired, ...both } }],
  ['a plan', 'drift', { inputs: { ...desired, mode: 'plan' } }],
  ['a refused apply', 'refused', { inputs: { ...desired, mode: 'apply' } }],
  ['an apply', 'applied', { inputs: { ...desired, mode: 'apply', 'allow-risky-changes': 'storage-location' } }],
  [
    'an apply that does not take',
    'unverified',
    {
      seed: { compositionSettings: live, quirks: { ignores: ['friendly_name', 'aws_s3_url'] } },
      inputs: { ...desired, mode: 'apply', 'allow-risky-changes': 'storage-location' },
    },
  ],
  ['values that nobody manages', 'in-sync', { inputs: { 'encryption-enabled': 'true' } }],
  [
    'values that are in sync',
    'in-sync',
    { inputs: { ...safeInputs, 'friendly-name': names[0], 'aws-s3-url': buckets[0] } },
  ],
  [
    'an error of Twilio that repeats them',
    'error',
    {
      inputs: { 'encryption-enabled': 'true' },
      faults: [{ effect: { kind: 'status', status: 400, code: 20001, message: `${names[1]} in ${buckets[0]}` } }],
    },
  ],
]

describe.concurrent('what the runner masks', () => {
  it.each(ways)('stays masked in %s', async (_, result, scenario) => {
    const scene: Scene = await play({ seed: { compositionSettings: live }, ...scenario })
    expect(scene.outputs['result']).toBe(result)
    expect(readable(scene.summary, all)).not.toEqual([])
    expect(readable(masked(scene.summary, all), all)).toEqual([])
    const printed = scene.log.split('\n').filter((line) => !line.startsWith('::add-mask::'))
    const escaped = all.map((secret) => secret.replaceAll('%', '%25'))
    expect(readable(masked(printed.join('\n'), [...all, ...escaped]), all)).toEqual([])
  })
})
