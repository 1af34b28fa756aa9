/**
 * The most characters of a setting's value that are shown: more than a bucket URL or a name can have, since
 * the runner does not mask a part of what it knows as a secret.
 */
export const longestValue = 1000

/** A text of at most so many characters: if it is longer, its beginning and how long it is. */
export function abbreviate(text: string, most = 200): string {
  if (text.length <= most) return text
  const beginning = text.slice(0, most).replace(/[\ud800-\udbff]$/, '')
  return `${beginning}… (${text.length} characters)`
}

/** One to six short words, also of a host or the name of an input. A token is a long one, or has digits in it. */
const words =
  /^(?:[A-Z]?[a-z]{1,15}|[A-Z]{1,15}|[A-Za-z0-9]{1,4})(?:[-_. ](?:[A-Z]?[a-z]{1,15}|[A-Z]{1,15}|[A-Za-z0-9]{1,4})){0,5}$/

/** Whether a text looks like words, and not like a secret that is in the wrong place: only then it is repeated. */
export function isWordLike(text: string): boolean {
  return words.test(text)
}

/** A text in quotes if it looks like words, else how long it is. */
export function quotedWord(text: string): string {
  return isWordLike(text) ? `"${text}"` : `something else, of ${text.length} characters`
}

/**
 * The first of some things, and how many more there are: "a, b and 3 more", with a noun "a, b and 3 more
 * places".
 */
export function firstOf(things: readonly string[], most: number, noun = ''): string {
  return things.length <= most
    ? things.join(', ')
    : `${things.slice(0, most).join(', ')} and ${things.length - most} more${noun === '' ? '' : ` ${noun}`}`
}

/** A text without the id of the request that it speaks of, which is another one in every run. */
export function withoutRequestId(text: string): string {
  return text.replaceAll(/\(request (?!without)[^;)]*/g, '(request …')
}

/** Letters of Cyrillic and Greek, and those of Latin that look the same. */
const [lookalikes, latin] = ['аеорсухіјѕԁһАВЕКМНОРСТХІЈЅοαΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'aeopcyxijsdhABEKMHOPCTXIJSoaABEZHIKMNOPTYX']

/** What a text looks like: two that people cannot tell apart have the same. */
export function looksOf(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replaceAll(/[\s\p{Z}]+/gu, ' ')
    .replaceAll(/[\u0370-\u052f]/g, (letter) => latin[lookalikes.indexOf(letter)] ?? letter)
    .trim()
}

/** A text with everything that can be mistaken for something else as its code point, such as `caf\u{e9}`. */
export function spelledOut(text: string): string {
  return text.replaceAll(/[^ -~]|^ +| +$| {2,}/gu, (odd) =>
    Array.from(odd, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join(''),
  )
}
