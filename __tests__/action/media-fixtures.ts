import type { Evidence } from '../../src/report/evidence.ts'
import { rsaPair } from '../keys.ts'
import type { MediaSeed, Sandbox } from '../sandbox/sandbox.ts'
import { bucket, keySid, safe } from './fixtures.ts'
import { onStage, type Scenario, type Scene, type Stage } from './scenario.ts'

/** The key under which media is encrypted in these tests. */
export const mediaKey = { sid: keySid, publicKey: rsaPair().publicPem }

/** The SID of a composition, by its number. */
export const compositionSid = (number: number): string => `CJ${String(number).padStart(32, '0')}`

/** The SID of a recording, by its number. */
export const recordingSid = (number: number): string => `RT${String(number).padStart(32, '0')}`

/** When something was made that many hours ago, or a little later. */
export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000 + 60_000).toISOString()

/** Compositions of which one was made every hour, encrypted unless `change` says otherwise. */
export function compositions(count: number, change: (number: number) => Partial<MediaSeed> = () => ({})): MediaSeed[] {
  return Array.from({ length: count }, (_, index) => ({
    sid: compositionSid(index + 1),
    dateCreated: hoursAgo(index + 1),
    encryptionKeySid: keySid,
    ...change(index + 1),
  }))
}

/** Encrypted, and stored by Twilio. */
const encrypted = { ...safe, aws_storage_enabled: false, aws_s3_url: null, aws_credentials_sid: null }

/** What asks for that, and for a look at the media of the last week. */
export const mediaInputs = {
  'encryption-enabled': 'true',
  require: 'encryption',
  'verify-media': '7d',
  'report-path': 'evidence.json',
} as const

/** What asks for storage in the {@link bucket} beside. */
export const storageInputs = { ...mediaInputs, 'aws-storage-enabled': 'true', 'aws-s3-url': bucket } as const

/** What the runs of these tests left behind, and what was said of the media of the first target. */
export interface MediaScene extends Scene {
  readonly sandbox: Sandbox
  readonly evidenceFile: Evidence
  readonly media: Evidence['targets'][number]['media']
  readonly rules: readonly string[]
  /** The paths that were asked for, with the SIDs of media as CJ or RT, each with how often. */
  readonly asked: Readonly<Record<string, number>>
}

/** Runs a step on an account whose settings are as they should be, and which has these compositions. */
export function playMedia(
  media: readonly MediaSeed[],
  { inputs, seed, faults, options, ...step }: Scenario = {},
  envAt: (sandbox: Sandbox) => Promise<Readonly<Record<string, string>>> = async () => ({}),
): Promise<MediaScene> {
  const stage: Stage = {
    seed: { compositionSettings: encrypted, publicKeys: [mediaKey], compositions: [...media], ...seed },
    faults: faults ?? [],
    options: options ?? {},
  }
  return onStage(stage, async (sandbox, run) => {
    const scene = await run({
      ...step,
      env: { ...step.env, ...(await envAt(sandbox)) },
      inputs: { ...mediaInputs, ...inputs },
    })
    const evidenceFile = JSON.parse(scene.evidence ?? '{"targets":[]}') as Evidence
    const asked: Record<string, number> = {}
    for (const { path } of scene.requests) {
      const kind = path.replace(/(CJ|RT)[0-9a-f]{32}/, '$1').replace(/AC[0-9a-f]{32}/, 'AC')
      asked[kind] = (asked[kind] ?? 0) + 1
    }
    const rules = (JSON.parse(scene.outputs['findings'] ?? '[]') as { rule: string }[]).map(({ rule }) => rule)
    return { ...scene, sandbox, evidenceFile, media: evidenceFile.targets[0]?.media, rules, asked }
  })
}

/** What of the signed URLs came to light. A host and a path with an SID are not looked for by themselves. */
export function leaksOf({ everything, sandbox }: Pick<MediaScene, 'everything' | 'sandbox'>): string[] {
  const secrets = sandbox.signedUrls.flatMap((url) => {
    const values = [...new URL(url).searchParams.values()].filter((value) => value.length > 6)
    return [url, ...values, ...values.map(encodeURIComponent)]
  })
  return ['com-twilio-us1', 'X-Amz', ...secrets].filter((secret) => everything.includes(secret))
}
