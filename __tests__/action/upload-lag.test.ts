import { describe, expect, it } from 'vitest'
import { rsaPair } from '../keys.ts'
import type { Fault } from '../sandbox/sandbox.ts'
import { accountSid, keySid, otherKeySid, safe } from './fixtures.ts'
import { shortPauses } from './impatient.ts'
import { onStage, type Scenario, type Scene } from './scenario.ts'

const { publicPem } = rsaPair()
const inputs = { mode: 'apply', 'encryption-enabled': 'true', 'encryption-public-key': publicPem }
const verifying = { ...inputs, 'verify-credentials': 'true', 'max-key-age-days': '1' }
const listing = { method: 'GET', path: 'Credentials/PublicKeys' } as const
const uploading = { method: 'POST', path: 'Credentials/PublicKeys' } as const

/** A page of public keys that the account had before. */
function page(sids: readonly string[], next: string | null = null): Fault['effect'] {
  const credentials = sids.map((sid) => ({
    sid,
    account_sid: accountSid,
    friendly_name: 'Media',
    date_created: '2026-01-01T00:00:00Z',
  }))
  return { kind: 'body', body: JSON.stringify({ credentials, meta: { next_page_url: next } }) }
}
const old = page([keySid, otherKeySid])

/** The public keys that the account has at the end, beside those that it had. */
interface Uploaded extends Scene {
  readonly made: number
}

async function upload(faults: readonly Fault[], scenario: Omit<Scenario, 'faults'> = {}): Promise<Uploaded> {
  return onStage({ faults, seed: { publicKeys: [{ sid: keySid }, { sid: otherKeySid }] } }, async (sandbox, run) => {
    const scene = await run({ env: shortPauses, inputs: verifying, ...scenario })
    return { ...scene, made: sandbox.account(accountSid).credentials.PublicKeys.size - 2 }
  })
}

describe.concurrent('a key that this run uploaded exists', () => {
  it('though the list shows it a little later', async () => {
    const scene = await upload([{ match: listing, skip: 1, times: 3, effect: old }])
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['findings'], scene.made]).toEqual([
      0,
      'applied',
      '[]',
      1,
    ])
    expect(scene.log).toContain('\nNot there yet: the public key; reading again in 0.25 s\n')
  })

  it.each<[string, Fault['effect']]>([
    ['does not show it', old],
    ['is refused by then', { kind: 'status', status: 403, code: 20403 }],
    ['fails by then', { kind: 'status', status: 400, code: 20001 }],
  ])('though the list %s', async (_, effect) => {
    const scene = await upload([{ match: listing, skip: 1, times: Infinity, effect }])
    expect([scene.exitCode, scene.outputs['result'], scene.outputs['findings']]).toEqual([0, 'applied', '[]'])
  })
})

describe.concurrent('an upload is looked for before it is sent again', () => {
  it('after a lost answer, as long as a write of settings is', async () => {
    const scene = await upload([
      { match: uploading, carriedOut: true, effect: { kind: 'reset' } },
      { match: listing, skip: 1, times: 3, effect: old },
    ])
    expect([scene.outputs['result'], scene.made]).toEqual(['applied', 1])
  })

  const tooMany = { kind: 'status', status: 429, code: 20429 } as const

  it.each([
    [true, 'GET POST GET'],
    [false, 'GET POST GET POST'],
  ])('after HTTP 429, carried out: %s', async (carriedOut, methods) => {
    const scene = await upload([{ match: uploading, carriedOut, effect: tooMany }], { inputs })
    expect([scene.outputs['result'], scene.made]).toEqual(['applied', 1])
    const ofKeys = scene.requests.filter(({ path }) => path.includes('PublicKeys')).map(({ method }) => method)
    expect(ofKeys.join(' ')).toBe(`${methods} GET`)
  })

  it('after HTTP 429, and is sent again where nobody may look: Twilio did nothing', async () => {
    const hidden = { kind: 'status', status: 403, code: 20403 } as const
    const scene = await upload(
      [
        { match: uploading, effect: tooMany },
        { match: listing, skip: 1, times: Infinity, effect: hidden },
      ],
      { inputs },
    )
    expect([scene.outputs['result'], scene.made]).toEqual(['applied', 1])
  })
})

it('the same credential on two pages is one', async () => {
  const faults: Fault[] = [
    { match: listing, effect: page([keySid], '/v1/Credentials/PublicKeys?PageSize=1000&Page=1') },
    { match: listing, effect: page([`CR${keySid.slice(2).toUpperCase()}`]) },
  ]
  const scene = await onStage({ seed: { compositionSettings: safe }, faults }, (_, run) =>
    run({ inputs: { 'encryption-enabled': 'true', 'encryption-key-name': 'Media' } }),
  )
  expect([scene.exitCode, scene.outputs['result']]).toEqual([0, 'in-sync'])
})
