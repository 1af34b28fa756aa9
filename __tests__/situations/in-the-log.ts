import type { GithubFault, GithubRequest } from '../action/github.ts'
import { fingerprintOf, rsaPair } from '../keys.ts'
import { keyOne, unencrypted, want } from './accounts.ts'
import type { Situation } from './situation.ts'

const writes = ({ method, path }: GithubRequest): boolean => method !== 'GET' && path.includes('/issues')
const everything = (): boolean => true
const says = (status: number, message: string): GithubFault => ({
  status,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
})

/** What GitHub, or somebody in front of it, refuses: by name, to which requests, and with what. */
const refusals: readonly (readonly [string, (request: GithubRequest) => boolean, GithubFault])[] = [
  ['locked', writes, says(403, 'Unable to create comment because issue is locked.')],
  ['archived', writes, says(403, 'Repository was archived so is read-only.')],
  ['crowded', writes, says(403, 'Commenting is disabled on issues with more than 2500 comments')],
  [
    'saml',
    everything,
    says(
      403,
      'Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.',
    ),
  ],
  [
    'ip',
    everything,
    says(
      403,
      'Although you appear to have the correct authorization credentials, the `your-org` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
    ),
  ],
  [
    'firewall',
    everything,
    {
      status: 403,
      body: '<html><head><title>Blocked</title></head><body>Access to this site is blocked by your company.</body></html>',
      headers: { 'content-type': 'text/html' },
    },
  ],
]

const { publicPem } = rsaPair()
const base64 = publicPem.replaceAll(/-----[^-]+-----|\s/g, '')

/** What becomes of a public key on its way into a workflow. */
const spoiltKeys: Readonly<Record<string, string>> = {
  escapes: publicPem.trim().replaceAll('\n', '\\n'),
  'one-line': publicPem.trim().replaceAll('\n', ' '),
  quotes: `"${publicPem.trim()}"`,
  base64,
}

/** Those whose log and annotations alone are looked at. */
export const inTheLog: readonly Situation[] = [
  ...refusals.map(
    ([variant, match, fault]) =>
      ({
        number: 23,
        variant,
        name: `GitHub refuses: ${variant}`,
        inputs: want,
        server: { parent: { compositionSettings: unencrypted } },
        github: (request: GithubRequest) => (match(request) ? fault : null),
        expected: {
          exitCode: 1,
          result: 'drift',
          says: [['annotations', /Could not write the drift issue: .* The result is not affected\./]],
          neverSays: [['annotations', /permissions:/]],
        },
      }) satisfies Situation,
  ),
  ...Object.entries(spoiltKeys).map(([variant, text]) => ({
    number: 24,
    variant,
    name: `a public key that lost its lines: ${variant}`,
    inputs: { 'encryption-enabled': 'true', 'encryption-public-key': text },
    server: { parent: { publicKeys: [{ sid: keyOne, friendlyName: `media-key sha256:${fingerprintOf(publicPem)}` }] } },
    expected: {},
  })),
]
