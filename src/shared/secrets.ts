/**
 * Twilio's secrets have at least 32 characters. A much shorter one is a mistake, and masking it would tear
 * holes into log and outputs.
 */
export const shortestSecret = 8

/** Whether a text is to be masked: not what is public, such as a SID, nor the name of a variable or an expression. */
export function isMaskable(text: string): boolean {
  return text.length >= shortestSecret && !/^(?:[A-Z]{2}[0-9a-fA-F]{32}$|[${<*])/.test(text)
}

/**
 * The signs that a text is no secret of Twilio's, each with a predicate that follows the input's name. The
 * first match counts.
 */
const noSecrets: readonly (readonly [form: RegExp, why: string])[] = [
  // https://www.twilio.com/docs/glossary/what-is-a-sid
  [/^[A-Z]{2}[0-9a-fA-F]{32}$/, 'is itself a SID, and a SID is no secret'],
  [/^(?:AC|SK)[0-9a-fA-F]{32}:/, 'has a SID and a colon before it'],
  [/^(?:["'`\u2018-\u201f\u00ab\u00bb]|\\["'])|["'`\u2018-\u201f\u00ab\u00bb]$/u, 'is in quotes'],
  [/^(?:<.*>?|\[.*\]?|\(.*\)?|%.*%|your[-_].*)$/isu, 'is a placeholder'],
  [/^[${]/u, 'begins with a "$" or "{", so it is a variable or a template that nothing has filled in'],
  [/^(?:secrets|vars|env|inputs|steps|needs|matrix|github)\.\w/, 'is an expression without "${{" and "}}" around it'],
  [/^(?:[a-z][a-z0-9+.-]*:\/\/|arn:|@)/i, 'is a URL or a reference to another place, and nothing has looked it up'],
  [/^(?:gh[a-z]_|github_pat_)/, 'is a token of GitHub'],
  [/^-----BEGIN/, 'is a key in PEM form'],
  [/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufffd]/u, 'has control or invisible characters in it'],
  [/[\s\p{Z}]/u, 'has white space in it'],
  [/^(?:[A-Za-z_]\w*=(?!=*$)|[A-Z_][A-Z0-9_]*=)/, 'begins with a name and an equals sign'],
  [/\*{3}|\.{3}|\u2026|^[^A-Za-z0-9]+$/u, 'is masked or cut off, as in a log'],
]

/**
 * The reason why a text cannot be an auth token or an API key secret, such as "is in quotes"; `null` if it
 * may be one. Repeats nothing of the text. Do not send a text that has a reason.
 */
export function whyNoSecret(text: string): string | null {
  return noSecrets.find(([form]) => form.test(text))?.[1] ?? null
}

/**
 * The shapes in which a credential's secret could come to light: as it is, in a URL, in a form, in JSON, in base64
 * with and without its padding, and in a Basic header.
 */
export function secretForms({ user, password }: Credential): string[] {
  if (password === '') return []
  const forms = [
    password,
    JSON.stringify(password).slice(1, -1),
    ...base64s(password),
    ...base64s(`${user}:${password}`),
  ]
  return [...new Set(forms.flatMap((form) => [form, encodeURIComponent(form), inForm(form)]))]
}

function base64s(text: string): string[] {
  const [padded, inUrl] = [Buffer.from(text).toString('base64'), Buffer.from(text).toString('base64url')]
  return [padded, padded.replace(/=+$/, ''), inUrl]
}

/** As a form has it, which escapes more than a URL. https://url.spec.whatwg.org/#urlencoded-serializing */
function inForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}

/**
 * Gives a function that blots out every one of the secrets in a text. Where some overlap, or one is a part of
 * another, all that any of them covers is blotted out.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets)].filter((secret) => secret !== '')
  return (text) => {
    const found = known.flatMap((secret) => placesOf(secret, text))
    return found.length === 0 ? text : blotted(text, found)
  }
}

/** Where a secret begins and ends in a text, for each time that it is there. */
function placesOf(secret: string, text: string): [begin: number, end: number][] {
  const places: [number, number][] = []
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) places.push([at, at + secret.length])
  return places
}

function blotted(text: string, places: readonly [begin: number, end: number][]): string {
  let [rest, last] = ['', 0]
  for (const [begin, end] of places.toSorted((a, b) => a[0] - b[0])) {
    if (begin >= last) rest += `${text.slice(last, begin)}***`
    last = Math.max(last, end)
  }
  return rest + text.slice(last)
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
