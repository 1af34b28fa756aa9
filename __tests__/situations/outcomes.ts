import { accountSid, otherAccountSid } from '../action/fixtures.ts'
import { shortPauses } from '../action/impatient.ts'
import { asSix, awsB, keyOne, keyTwo, neverEncrypted, off, oldBucket, six, storage, usual, want } from './accounts.ts'
import type { Situation } from './situation.ts'

/** The situations with one account, in which the run finds something. */
export const outcomes: readonly Situation[] = [
  {
    number: 1,
    name: 'one setting drifted',
    inputs: want,
    server: { parent: { compositionSettings: { ...usual, encryption_key_sid: keyTwo } } },
    expected: {
      exitCode: 1,
      result: 'drift',
      says: [
        ['annotations', keyTwo],
        ['summary', keyTwo],
        ['comment', keyTwo],
        ['issue', keyTwo],
      ],
    },
  },
  {
    number: 2,
    name: 'encryption is off, the bucket differs',
    inputs: { ...want, ...storage },
    server: {
      parent: { compositionSettings: { ...asSix, encryption_enabled: false, aws_s3_url: oldBucket } },
    },
    expected: {
      exitCode: 1,
      result: 'drift',
      says: [
        ['summary', /encryption is off/i],
        ['summary', oldBucket],
      ],
    },
  },
  {
    number: 3,
    name: 'in sync',
    inputs: six,
    server: { parent: { compositionSettings: asSix } },
    expected: { exitCode: 0, result: 'in-sync', says: [['summary', accountSid]] },
  },
  {
    number: 4,
    name: 'plan of six',
    inputs: { ...six, mode: 'plan' },
    server: { parent: { compositionSettings: off } },
    expected: { exitCode: 0, result: 'drift', says: [['summary', 'expected-plan']] },
  },
  {
    number: 5,
    name: 'applied',
    inputs: { ...six, mode: 'apply' },
    server: { parent: { compositionSettings: off } },
    expected: { exitCode: 0, result: 'applied', says: [['summary', accountSid]] },
  },
  {
    number: 6,
    name: 'refused on two resources',
    inputs: {
      ...six,
      'encryption-key-sid': keyTwo,
      'friendly-name': 'Acme',
      mode: 'apply',
      resources: 'compositions, recordings',
    },
    server: {
      parent: {
        compositionSettings: { ...asSix, friendly_name: null, aws_s3_url: oldBucket, aws_credentials_sid: awsB },
        recordingSettings: {
          ...asSix,
          friendly_name: null,
          encryption_enabled: false,
          aws_s3_url: oldBucket,
          aws_credentials_sid: awsB,
        },
      },
    },
    expected: {
      exitCode: 1,
      result: 'refused',
      says: [
        ['summary', 'encryption-key'],
        ['summary', 'storage-location'],
        ['summary', 'recordings-uncomposable'],
        ['summary', 'Nothing was written'],
      ],
    },
  },
  {
    number: 7,
    variant: 'check',
    name: 'the key was deleted',
    inputs: want,
    server: { parent: { publicKeys: [{ sid: keyTwo }] } },
    expected: { exitCode: 1, result: 'noncompliant', says: [['annotations', keyOne]] },
  },
  {
    number: 7,
    variant: 'apply',
    name: 'the key was deleted',
    inputs: { ...want, mode: 'apply', 'friendly-name': 'Acme media' },
    server: { parent: { publicKeys: [{ sid: keyTwo }] } },
    expected: { exitCode: 1, result: 'refused', says: [['summary', 'Nothing was written']] },
  },
  {
    number: 8,
    name: 'below the requirement',
    inputs: { require: 'encryption, external-storage' },
    server: { parent: { compositionSettings: off } },
    expected: {
      exitCode: 1,
      result: 'noncompliant',
      says: [
        ['annotations', 'encryption-enabled: true'],
        ['annotations', 'aws-storage-enabled: true'],
      ],
    },
  },
  {
    number: 9,
    name: 'not verified',
    inputs: { ...want, mode: 'apply' },
    server: { parent: { compositionSettings: neverEncrypted, quirks: { lagReads: Infinity } } },
    env: shortPauses,
    expected: { exitCode: 1, result: 'unverified' },
  },
  {
    number: 10,
    name: 'partly written',
    inputs: {
      ...want,
      mode: 'apply',
      resources: 'compositions, recordings',
      'allow-risky-changes': 'recordings-uncomposable',
    },
    server: {
      parent: { compositionSettings: neverEncrypted, recordingSettings: neverEncrypted },
      faults: [
        {
          match: { method: 'POST', path: 'RecordingSettings' },
          times: Infinity,
          effect: { kind: 'status', status: 400, code: 20001, message: 'Invalid parameter EncryptionEnabled' },
        },
      ],
    },
    expected: { exitCode: 1, result: 'partial', says: [['annotations', 'Invalid parameter EncryptionEnabled']] },
  },
  {
    number: 12,
    name: 'another account',
    inputs: want,
    server: { faults: [{ times: Infinity, effect: { kind: 'wrong-account', sid: otherAccountSid } }] },
    expected: {
      exitCode: 1,
      result: 'refused',
      says: [
        ['annotations', otherAccountSid],
        ['annotations', accountSid],
      ],
    },
  },
]
