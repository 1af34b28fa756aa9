import { flag } from '../settings/values.ts'
import { quotedWord } from '../shared/text.ts'
import { inputDefaults, unmanaged } from './defaults.ts'

/** Reads inputs, and collects the mistakes in them. */
export interface InputReader {
  /**
   * An input's value, else that of the first environment variable named that has one; trimmed. The default
   * if it is left out, or empty: see {@link InputReader.empty}.
   */
  readonly get: (input: string, ...environmentNames: string[]) => string
  /** The inputs read so far that have a default and are empty, or a list of nothing. */
  readonly empty: ReadonlySet<string>
  readonly mistake: (sentence: string) => void
}

/**
 * The runner hands inputs over as `INPUT_<NAME>`, in capitals and with the hyphens kept. It uses a default of
 * `action.yml` where a line is left out; without a runner the variable is not there, and the default is used
 * here.
 */
export function inputReader(env: Readonly<NodeJS.ProcessEnv>, mistakes: string[]): InputReader {
  const empty = new Set<string>()
  const textOf = (input: string, given: string | undefined, fallback: string): string => {
    if (given !== undefined && /[^\s,]/.test(given)) return given.trim()
    if (given !== undefined) empty.add(input)
    return fallback
  }
  return {
    get: (input, ...environmentNames) => {
      const name = `INPUT_${input.toUpperCase()}`
      const fallback = inputDefaults[input] ?? ''
      if (fallback !== '') return textOf(input, env[name], fallback)
      return [name, ...environmentNames].map((each) => env[each]?.trim() ?? '').find((value) => value !== '') ?? ''
    },
    empty,
    mistake: (sentence) => void mistakes.push(sentence),
  }
}

/** Reads a setting, or a key; `null` if it is unmanaged. */
export function readManaged(reader: InputReader, input: string): string | null {
  const text = reader.get(input)
  if (text.toLowerCase() !== unmanaged) return text
  if (text !== unmanaged)
    reader.mistake(
      `"${input}" must be "${unmanaged}" in small letters, which is no name and means that it is not managed`,
    )
  return null
}

/** Reads an input that takes one of a few words. */
export function oneOf<W extends string>(reader: InputReader, input: string, words: readonly [W, ...W[]]): W {
  const text = reader.get(input)
  const word = words.find((candidate) => candidate === text)
  if (word !== undefined) return word
  reader.mistake(`"${input}" must be ${choice(words)}, and is ${quotedWord(text)}`)
  return words[0]
}

/** Reads an input that is true or false, in the spellings of `core.getBooleanInput`. */
export function readFlag(reader: InputReader, input: string): boolean {
  const parsed = flag.parse(reader.get(input))
  if (parsed.kind === 'value') return parsed.value
  reader.mistake(`"${input}" ${parsed.mistake}`)
  return false
}

/**
 * Reads an input that takes a list of words, by commas or lines; the words in their own order, each once. The
 * default of the input may be `none`, which stands alone.
 */
export function listOf<W extends string>(reader: InputReader, input: string, words: readonly W[]): W[] {
  const none = 'none'
  const given = reader
    .get(input)
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
  if (inputDefaults[input] === none && given.includes(none)) {
    if (given.some((word) => word !== none)) reader.mistake(`"${input}" is a list or "${none}", and not both`)
    return []
  }
  const unknown = given.filter((word) => !words.some((candidate) => candidate === word))
  for (const word of unknown) reader.mistake(`"${input}" takes a list of ${choice(words)}, and has ${quotedWord(word)}`)
  return words.filter((word) => given.includes(word))
}

function choice(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
