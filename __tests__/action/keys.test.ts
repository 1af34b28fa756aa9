import { describe, expect, it } from 'vitest'
import { asPkcs1, ecPublicPem, fingerprintOf, rsaPair } from '../keys.ts'
import { accountsOfFile } from './account-run.ts'
import { accountSid, keySid, open, otherKeySid, safe } from './fixtures.ts'
import { annotated } from './scenario.ts'

const pair = rsaPair()
const fingerprint = fingerprintOf(pair.publicPem)
const uploadedName = `media-key sha256:${fingerprint}`

const startAccount = accountsOfFile({ 'encryption-enabled': 'true' })

describe.concurrent('encryption-public-key', () => {
  it('shows a key that is not uploaded as drift, without a write', async () => {
    const { step, posts } = await startAccount()
    for (const [mode, exitCode] of [
      ['check', 1],
      ['plan', 0],
    ] as const) {
      const result = await step({ mode, 'encryption-public-key': pair.publicPem })
      expect(result.exitCode).toBe(exitCode)
      expect(result.outputs['result']).toBe('drift')
      expect(JSON.parse(result.outputs['changes'] ?? '')[1]).toEqual({
        account_sid: accountSid,
        resource: 'composition-settings',
        setting: 'encryption_key_sid',
        current: null,
        desired: `${uploadedName} (key not uploaded)`,
      })
    }
    expect(posts()).toEqual([])
  })

  it('uploads the key once, points the settings at it, and does nothing the next time', async () => {
    const { sandbox, step, posts } = await startAccount()
    const plan = await step({ mode: 'plan', 'encryption-public-key': pair.publicPem })
    const inputs = { mode: 'apply', 'encryption-public-key': pair.publicPem }
    const first = await step({ ...inputs, 'expected-plan': plan.outputs['plan-id'] ?? '' })
    expect(first.outputs).toMatchObject({ result: 'applied', drift: 'false', findings: '[]' })
    expect(posts()).toEqual(['/v1/Credentials/PublicKeys', '/v1/CompositionSettings/Default'])
    const upload = sandbox.requests.find(({ method }) => method === 'POST')
    expect(upload?.form).toEqual({ FriendlyName: uploadedName, PublicKey: pair.publicPem })
    const sid = sandbox.settings(accountSid, 'composition')?.encryption_key_sid
    expect(first.summary).toContain(`The public key was uploaded as ${sid}`)

    sandbox.clear()
    const second = await step(inputs)
    expect(second.outputs).toMatchObject({ result: 'in-sync', drift: 'false' })
    expect(posts()).toEqual([])
  })

  it('is applied when the settings were read back, also if the keys cannot be listed once more', async () => {
    const { sandbox, step } = await startAccount()
    sandbox.fault({
      match: { method: 'GET', path: 'PublicKeys' },
      skip: 1,
      times: Infinity,
      effect: { kind: 'status', status: 404 },
    })
    const result = await step({ mode: 'apply', 'encryption-public-key': pair.publicPem })
    expect(result.outputs).toMatchObject({ result: 'applied', drift: 'false' })
    expect(annotated(result, 'error')).toEqual([])
    // The run has uploaded it, so it exists, whatever the list says.
    expect(annotated(result, 'warning')).toEqual([])
  })

  it('takes the path of a file in the workspace, and a name as the label', async () => {
    const { sandbox, step } = await startAccount()
    const result = await step(
      { mode: 'apply', 'encryption-public-key': 'keys/media.pem', 'encryption-key-name': 'Clinic A' },
      { workspace: { 'keys/media.pem': pair.publicPem } },
    )
    expect(result.outputs['result']).toBe('applied')
    expect(sandbox.requests.find(({ method }) => method === 'POST')?.form['FriendlyName']).toBe(
      `Clinic A sha256:${fingerprint}`,
    )
  })

  it('finds the key by its fingerprint under another label', async () => {
    const { step } = await startAccount({
      compositionSettings: { ...open, encryption_enabled: true, encryption_key_sid: keySid },
      publicKeys: [{ sid: keySid, friendlyName: `old label sha256:${fingerprint}` }],
    })
    const { outputs } = await step({ 'encryption-public-key': pair.publicPem })
    expect(outputs['result']).toBe('in-sync')
  })

  it('warns of two credentials with one key, and is content with either', async () => {
    const { step } = await startAccount({
      compositionSettings: { ...open, encryption_enabled: true, encryption_key_sid: otherKeySid },
      publicKeys: [
        { sid: keySid, friendlyName: uploadedName, dateCreated: '2026-01-01T00:00:00Z' },
        { sid: otherKeySid, friendlyName: uploadedName, dateCreated: '2026-01-02T00:00:00Z' },
      ],
    })
    const { outputs, annotations } = await step({ 'encryption-public-key': pair.publicPem })
    expect(outputs['result']).toBe('in-sync')
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([
      { account_sid: accountSid, resource: 'composition-settings', rule: 'key-duplicate', severity: 'warning' },
    ])
    expect(annotations.map(({ level }) => level)).toEqual(['warning'])
  })

  it('warns of two credentials with one key also where it writes, and uploads nothing', async () => {
    const { step, posts } = await startAccount({
      compositionSettings: { ...open, encryption_key_sid: otherKeySid },
      publicKeys: [keySid, otherKeySid].map((sid) => ({ sid, friendlyName: uploadedName })),
    })
    const { outputs } = await step({ mode: 'apply', 'encryption-public-key': pair.publicPem })
    expect(outputs).toMatchObject({ result: 'applied', drift: 'false' })
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([{ rule: 'key-duplicate', severity: 'warning' }])
    expect(posts()).toEqual(['/v1/CompositionSettings/Default'])
  })

  it('looks for the key before it sends it again, when the answer to the upload was lost', async () => {
    const { sandbox, step, posts } = await startAccount()
    sandbox.fault({ match: { method: 'POST', path: 'PublicKeys' }, carriedOut: true, effect: { kind: 'reset' } })
    const { outputs } = await step({ mode: 'apply', 'encryption-public-key': pair.publicPem })
    expect(outputs['result']).toBe('applied')
    expect(posts()).toEqual(['/v1/Credentials/PublicKeys', '/v1/CompositionSettings/Default'])
    expect(sandbox.account(accountSid).credentials.PublicKeys.size).toBe(3)
  })

  it('sends the key once more, when the answer was lost and the key is not there', async () => {
    const { sandbox, step, posts } = await startAccount()
    sandbox.fault({ match: { method: 'POST', path: 'PublicKeys' }, effect: { kind: 'reset' } })
    const { outputs, log } = await step({ mode: 'apply', 'encryption-public-key': pair.publicPem })
    expect(outputs['result']).toBe('applied')
    expect(posts()).toEqual([
      '/v1/Credentials/PublicKeys',
      '/v1/Credentials/PublicKeys',
      '/v1/CompositionSettings/Default',
    ])
    expect(sandbox.account(accountSid).credentials.PublicKeys.size).toBe(3)
    expect(log).toContain('The key is not there, so it is uploaded again')
  })

  it('is content with either of two equal keys, and says so, when another run uploads at the same time', async () => {
    const rival = `CR${'9'.repeat(32)}`
    const { sandbox, step, posts } = await startAccount(
      {},
      {
        onRequest: ({ method, path }, twilio) => {
          const wrote = twilio.requests.some(
            (request) => request.method === 'POST' && request.path.includes('CompositionSettings'),
          )
          if (method === 'POST' && path.includes('PublicKeys')) {
            const date = new Date(0).toISOString()
            twilio.account(accountSid).credentials.PublicKeys.set(rival, {
              sid: rival,
              friendlyName: uploadedName,
              dateCreated: date,
              dateUpdated: date,
            })
          }
          if (method === 'GET' && path.includes('CompositionSettings') && wrote)
            twilio.setSettings(accountSid, 'composition', { encryption_key_sid: rival })
        },
      },
    )
    const { outputs, log } = await step({ mode: 'apply', 'encryption-public-key': pair.publicPem })
    expect(outputs).toMatchObject({ result: 'applied', drift: 'false' })
    expect(JSON.parse(outputs['findings'] ?? '')).toMatchObject([{ rule: 'key-duplicate', severity: 'warning' }])
    expect(log).toContain('2 public keys are equal')
    sandbox.clear()
    expect((await step({ mode: 'apply', 'encryption-public-key': pair.publicPem })).outputs['result']).toBe('in-sync')
    expect(posts()).toEqual([])
  })
})

describe.concurrent('a wrong encryption-public-key', () => {
  it.each([
    ['an EC key', () => ecPublicPem(), 'is a key of the type ec, and must be RSA'],
    ['4096 bits', () => rsaPair(4096).publicPem, 'has 4096 bits, and must have 2048'],
    ['the exponent 3', () => rsaPair(2048, 3).publicPem, 'has the exponent 3, and must have 65537'],
    ['PKCS#1', () => asPkcs1(pair.publicPem), 'is PKCS#1, and must be SPKI'],
    [
      'a certificate',
      () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'is a certificate, and must be SPKI',
    ],
    [
      'rubbish in PEM',
      () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      'cannot be read as a public key',
    ],
    ['two keys', () => pair.publicPem + rsaPair().publicPem, 'has 2 PEM blocks, and must have one'],
  ])('is refused: %s', async (_, pem, sentence) => {
    const { sandbox, step } = await startAccount()
    const { exitCode, outputs, log } = await step({ mode: 'apply', 'encryption-public-key': pem() })
    expect(exitCode).toBe(1)
    expect(outputs['result']).toBe('error')
    expect(log).toContain(`"encryption-public-key" ${sentence}`)
    expect(sandbox.requests).toEqual([])
  })

  it.each([
    ['an empty file', 'empty.pem', 'is empty'],
    ['a file that is not there', 'missing.pem', 'is neither a key in PEM form nor a file of the workspace'],
    ['a path outside of the workspace', '../outside.pem', 'is a path outside of the workspace'],
    ['an absolute path outside of the workspace', '/etc/hostname', 'is a path outside of the workspace'],
    ['a link out of the workspace', 'link.pem', 'is a link to a file outside of the workspace'],
    ['a folder', 'keys', 'is a file that cannot be read'],
  ])('is refused: %s', async (_, path, sentence) => {
    const { sandbox, step } = await startAccount()
    const { outputs, log } = await step(
      { 'encryption-public-key': path },
      { workspace: { 'empty.pem': '', 'keys/other.pem': pair.publicPem }, links: { 'link.pem': '/etc/hostname' } },
    )
    expect(outputs['result']).toBe('error')
    expect(log).toContain(`"encryption-public-key" ${sentence}`)
    expect(sandbox.requests).toEqual([])
  })

  it.each(['as text', 'as a file'])('is refused and masked if it is a private key, %s', async (way) => {
    const { sandbox, step } = await startAccount()
    const inline = way === 'as text'
    const result = await step(
      { 'encryption-public-key': inline ? pair.privatePem : 'private.pem', 'report-path': 'report.json' },
      inline ? {} : { workspace: { 'private.pem': pair.privatePem } },
    )
    expect(result.outputs['result']).toBe('error')
    expect(result.log).toContain('is a PRIVATE key')
    const lines = pair.privatePem.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'))
    for (const line of lines) {
      expect(result.everything).not.toContain(line)
      expect(result.log).toContain(`::add-mask::${line}`)
    }
    expect(sandbox.requests).toEqual([])
  })
})

describe.concurrent('encryption-key-name', () => {
  it('finds the key over all pages', async () => {
    const many = Array.from({ length: 2500 }, (_, index) => ({
      sid: `CR${index.toString(16).padStart(32, '0')}`,
      friendlyName: `key ${index}`,
    }))
    const { sandbox, step } = await startAccount({ publicKeys: many })
    const { outputs } = await step({ mode: 'apply', 'encryption-key-name': 'key 2400' })
    expect(outputs['result']).toBe('applied')
    expect(sandbox.settings(accountSid, 'composition')?.encryption_key_sid).toBe(many[2400]?.sid)
    expect(sandbox.requests.filter(({ path }) => path.includes('PublicKeys'))).toHaveLength(3)
  })

  it.each([
    ['none', 'Media 2', 'no public key has that name: the account\'s public keys are "Media" (CR1'],
    ['several', 'Twice', '2 public keys have that name: CR2'],
  ])('is an error if %s has the name, and lists what was found', async (_, name, sentence) => {
    const { step, posts } = await startAccount({
      publicKeys: [
        { sid: keySid, friendlyName: 'Media' },
        { sid: otherKeySid, friendlyName: 'Twice' },
        { sid: `CR${'5'.repeat(32)}`, friendlyName: 'Twice' },
      ],
    })
    const { outputs, log } = await step({ mode: 'apply', 'encryption-key-name': name })
    expect(outputs['result']).toBe('error')
    expect(log).toContain(sentence)
    expect(posts()).toEqual([])
  })

  it.each([
    ['caf\u00e9', 'cafe\u0301', 'has caf\\u{e9}, and CR1', ' has cafe\\u{301}.'],
    ['cafe\u0301', 'caf\u00e9', 'has cafe\\u{301}, and CR1', ' has caf\\u{e9}.'],
    ['a key', 'a\u00a0key', 'has a key, and CR1', ' has a\\u{a0}key.'],
    ['a key', 'a  key', 'has a key, and CR1', ' has a\\u{20}\\u{20}key.'],
    ['a key', 'a key ', 'has a key, and CR1', ' has a key\\u{20}.'],
    ['a key', 'a\u200b key', 'has a key, and CR1', ' has a\\u{200b} key.'],
    ['Media', 'M\u0435dia', 'has Media, and CR1', ' has M\\u{435}dia.'],
  ])('tells names that look alike apart: %j and %j', async (name, friendlyName, workflow, account) => {
    const { step } = await startAccount({ publicKeys: [{ sid: keySid, friendlyName }, { sid: otherKeySid }] })
    const { outputs, log } = await step({ 'encryption-key-name': name })
    expect(outputs['result']).toBe('error')
    expect(log).toContain(`Some only look like it: the workflow ${workflow}`)
    expect(log).toContain(account)
  })

  it('is a mistake if no name can be as long', async () => {
    const { sandbox, step } = await startAccount()
    const { log } = await step({ 'encryption-key-name': 'x'.repeat(65) })
    expect(log).toContain('"encryption-key-name" has 65 characters, and the name of a public key has at most 64')
    expect(sandbox.requests).toEqual([])
  })

  it('is an error if the keys may not be listed', async () => {
    const key = `SK${'b'.repeat(32)}`
    const { step } = await startAccount({
      compositionSettings: safe,
      restrictedKeys: {
        [key]: {
          secret: 'secret-of-restricted-key',
          permissions: ['/twilio/video/compositions.composition-settings/read'],
        },
      },
    })
    const { outputs, log } = await step({
      'encryption-key-name': 'Media',
      'auth-token': '',
      'api-key': key,
      'api-key-secret': 'secret-of-restricted-key',
    })
    expect(outputs['result']).toBe('error')
    expect(log).toContain('/twilio/iam/public-keys/list')
  })

  it.each([
    ['no key has the name', 'Media 2', 200, 'The public key was not found'],
    ['two keys have the name', 'Twice', 200, 'More than one public key has that name'],
    ['the keys cannot be listed', 'Media', 403, 'The public keys could not be listed'],
  ])('is headed by what went wrong if %s', async (_, name, status, title) => {
    const { sandbox, step } = await startAccount({
      publicKeys: [
        { sid: keySid, friendlyName: 'Media' },
        { sid: otherKeySid, friendlyName: 'Twice' },
        { sid: `CR${'5'.repeat(32)}`, friendlyName: 'Twice' },
      ],
    })
    if (status !== 200)
      sandbox.fault({
        match: { method: 'GET', path: 'PublicKeys' },
        times: Infinity,
        effect: { kind: 'status', status },
      })
    const result = await step({ 'encryption-key-name': name })
    expect(result.outputs['result']).toBe('error')
    expect(result.summary).toContain(`<h2>❌ Error: ${title.charAt(0).toLowerCase()}${title.slice(1)} (sandbox)</h2>\n`)
    expect(result.log).toContain(`::error::${title}. `)
  })

  it.each([
    [{ 'encryption-key-sid': keySid, 'encryption-key-name': 'Media' }],
    [{ 'encryption-key-sid': keySid, 'encryption-public-key': pair.publicPem }],
  ])('stands beside encryption-public-key only', async (inputs) => {
    const { sandbox, step } = await startAccount()
    const { outputs, log } = await step(inputs)
    expect(outputs['result']).toBe('error')
    expect(log).toContain('"encryption-key-sid" stands alone')
    expect(sandbox.requests).toEqual([])
  })
})
