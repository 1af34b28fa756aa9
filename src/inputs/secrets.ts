import { isMaskable, secretForms } from '../shared/secrets.ts'

/** For each kind of secret where one may be, and where the user name beside it; git has one for a token of GitHub. */
const kinds = [
  {
    secrets: ['INPUT_AUTH-TOKEN', 'TWILIO_AUTH_TOKEN'],
    users: ['INPUT_ACCOUNT-SID', 'TWILIO_ACCOUNT_SID'],
  },
  {
    secrets: ['INPUT_API-KEY-SECRET', 'TWILIO_API_KEY_SECRET', 'TWILIO_API_SECRET'],
    users: ['INPUT_API-KEY', 'TWILIO_API_KEY'],
  },
  { secrets: ['INPUT_GITHUB-TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'], users: [] },
] as const

/**
 * Masks every secret that the run was given, in every form, whether it is used or not: whatever is printed may
 * have another one in it than the one that is sent.
 */
export function maskSecrets(env: Readonly<NodeJS.ProcessEnv>, mask: (secret: string) => void): void {
  const valuesOf = (names: readonly string[]): string[] => names.map((name) => env[name]?.trim() ?? '')
  const usersOf = (names: readonly string[]): string[] => {
    const users = valuesOf(names).filter((user) => user !== '')
    return users.length === 0 ? ['x-access-token'] : users
  }
  const forms = kinds.flatMap(({ secrets, users }) =>
    valuesOf(secrets)
      .filter(isMaskable)
      .flatMap((password) => usersOf(users).flatMap((user) => secretForms({ user, password }))),
  )
  for (const form of new Set(forms)) mask(form)
}
