/**
 * Secrets have 32 characters and more; one much shorter is a mistake, and masking it would tear holes in
 * log and outputs.
 */
export const shortestSecret = 8

/**
 * The shapes in which a credential's secret could come to light: as it is, in a URL, in base64, and in a
 * Basic header.
 */
export function secretForms({ user, password }: { readonly user: string; readonly password: string }): string[] {
  if (password === '') return []
  const basic = `${user}:${password}`
  const forms = [
    password,
    encodeURIComponent(password),
    JSON.stringify(password).slice(1, -1),
    base64(password),
    base64(basic),
    encodeURIComponent(base64(basic)),
    encodeURIComponent(base64(password)),
  ]
  return [...new Set(forms)]
}

/** Gives a function that blots out every one of the secrets in a text, the longest first. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/**
 * A value with `change` made to every text in it. An error keeps its class, so it is not copied, but
 * changed itself; other objects with a class of their own are left as they are.
 */
export function deeply<T>(value: T, change: (text: string) => string): T {
  return changed(value, change) as T
}

function changed(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => changed(item, change))
  if (value instanceof Error)
    return Object.assign(value, { message: change(value.message) }, changedProperties(value, change))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return changedProperties(value, change)
}

function changedProperties(value: object, change: (text: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, changed(item, change)]))
}

/**
 * A user name and password for HTTP Basic authentication: an account SID and its auth token, or an API
 * key and its secret.
 */
export interface Credential {
  readonly user: string
  readonly password: string
}
