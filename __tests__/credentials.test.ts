import { describe, expect, it } from 'vitest'
import { credentialFindings, type CredentialPolicy, type StoredCredential, type Vault } from '../src/credentials.ts'
import { accountSid, awsSid, keySid, otherKeySid } from './action/fixtures.ts'

const now = new Date('2026-01-02T03:04:05Z')
const all: CredentialPolicy = { verify: true, maxKeyAgeDays: 365 }
const stored = (sid: string, dateCreated: string | null = '2026-01-01T00:00:00Z'): StoredCredential => ({ sid, accountSid, friendlyName: 'Media', dateCreated: dateCreated === null ? null : new Date(dateCreated) })
const vault = (...publicKeys: StoredCredential[]): Vault => ({ publicKeys: { kind: 'listed', credentials: publicKeys }, awsCredentials: { kind: 'listed', credentials: [stored(awsSid)] } })
const rules = (...args: Parameters<typeof credentialFindings>): string[] => credentialFindings(...args).map(({ rule, severity }) => `${severity}: ${rule}`)

describe('existence', () => {
  it.each([otherKeySid, 'garbage', ' ', 'CR123'])('is looked at of whatever the settings name: %j', (named) => {
    expect(rules({ encryption_key_sid: named }, vault(stored(keySid)), { verify: true, maxKeyAgeDays: null }, now)).toEqual(['error: key-missing'])
    expect(rules({ aws_credentials_sid: named }, vault(), { verify: true, maxKeyAgeDays: null }, now)).toEqual(['error: aws-credential-missing'])
    expect(rules({ encryption_key_sid: named }, vault(stored(keySid)), { verify: false, maxKeyAgeDays: 1 }, now)).toEqual(['warning: key-age'])
  })

  it.each([{}, { encryption_key_sid: null, aws_credentials_sid: null }])('is not looked at of nothing', (named) => {
    expect(rules(named, vault(), all, now)).toEqual([])
  })
})
