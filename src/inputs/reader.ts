import { flag } from '../settings/values.ts'

/** Reads inputs, and collects what is wrong with them. */
export interface InputReader {
  /**
   * An input's value, else that of the first environment variable named that has one; trimmed, and empty
   * if there is none.
   */
  readonly get: (input: string, ...environmentNames: string[]) => string
  readonly mistake: (sentence: string) => void
}

/**
 * The runner hands inputs over as `INPUT_<NAME>`, in capitals and with the hyphens kept; what is not set
 * is empty or missing.
 */
export function inputReader(env: Readonly<Record<string, string | undefined>>, mistakes: string[]): InputReader {
  return {
    get: (input, ...environmentNames) =>
      [`INPUT_${input.toUpperCase()}`, ...environmentNames]
        .map((name) => env[name]?.trim() ?? '')
        .find((value) => value !== '') ?? '',
    mistake: (sentence) => void mistakes.push(sentence),
  }
}

/** Reads an input that takes one of a few words; the first one given by `fallback` if it is not set. */
export function oneOf<W extends string>(reader: InputReader, input: string, words: readonly W[], fallback: W): W {
  const text = reader.get(input) || fallback
  const word = words.find((candidate) => candidate === text)
  if (word !== undefined) return word
  reader.mistake(`"${input}" must be ${choice(words)}, and is ${quoted(text)}`)
  return fallback
}

/** Reads an input that is true or false, in the spellings of `core.getBooleanInput`. */
export function readFlag(reader: InputReader, input: string, fallback: boolean): boolean {
  const text = reader.get(input)
  if (text === '') return fallback
  const parsed = flag.parse(text)
  if (parsed.kind === 'value') return parsed.value
  reader.mistake(`"${input}" ${parsed.mistake}`)
  return fallback
}

/** Reads an input that takes a list of words, by commas or lines; the words in their own order, each once. */
export function listOf<W extends string>(reader: InputReader, input: string, words: readonly W[]): W[] {
  const given = reader
    .get(input)
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const unknown = given.filter((word) => !words.some((candidate) => candidate === word))
  for (const word of unknown) reader.mistake(`"${input}" takes a list of ${choice(words)}, and has ${quoted(word)}`)
  return words.filter((word) => given.includes(word))
}

function choice(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function quoted(text: string): string {
  return `"${printable(text)}"`
}

/** A text that is safe and short enough to repeat in a sentence. */
export function printable(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
