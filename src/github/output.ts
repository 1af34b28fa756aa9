import { accessSync, appendFileSync, closeSync, constants, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import * as core from '@actions/core'
import type { Annotation } from '../report/annotations.ts'
import { deeply, redactor } from '../shared/secrets.ts'
import { abbreviate } from '../shared/text.ts'
import { logLine } from './escape.ts'

/** The most characters of a line, its title aside: the runner cuts lines and annotations at 4,096. */
const longestLine = 3_800

/**
 * Everything that leaves the process, except for requests to Twilio. It removes every known secret, so
 * nothing else may write a file, print, or send a text to GitHub.
 */
export class Output {
  readonly #secrets: string[] = []
  readonly #summary: string

  /** `summary` is the path that the runner gives as `GITHUB_STEP_SUMMARY`. */
  constructor(summary: string) {
    this.#summary = summary
  }

  /** Keeps a secret out of all that follows, and out of the log, whoever prints it. */
  mask(secret: string): void {
    this.#secrets.push(secret)
    core.setSecret(secret)
  }

  /** Every secret that it knows. */
  get secrets(): readonly string[] {
    return this.#secrets
  }

  /**
   * Keeps a secret out of the log only. The tokens of a fleet are thousands, and are forgotten soon: the
   * runner alone masks them, and they are taken out of what Twilio answers.
   */
  maskInLog(secret: string): void {
    core.setSecret(secret)
  }

  /**
   * A value with every secret removed from every text in it. Redact before rendering: escaping and wrapping
   * can hide a secret from the search.
   */
  clean<T>(value: T): T {
    return deeply(value, redactor(this.#secrets))
  }

  /** Writes one line to the log. */
  log(line: string): void {
    core.info(this.#line(line))
  }

  /** Writes one line to the log of a run in debug mode. */
  debug(line: string): void {
    if (core.isDebug()) core.debug(this.#line(line))
  }

  /** Begins a group of lines in the log. */
  startGroup(name: string): void {
    core.startGroup(this.#line(name))
  }

  /** Ends a group of lines in the log. */
  endGroup(): void {
    core.endGroup()
  }

  /** Makes an annotation on the run. */
  annotate({ level, title, text }: Annotation): void {
    const properties = { title: this.#line(`Twilio settings: ${title}`) }
    if (level === 'error') core.error(this.#line(text), properties)
    else if (level === 'warning') core.warning(this.#line(text), properties)
    else core.notice(this.#line(text), properties)
  }

  /** Makes a warning without a title. */
  warn(text: string): void {
    core.warning(this.#line(text))
  }

  /** Lets the step fail, and says why. */
  fail(text: string): void {
    core.setFailed(this.#line(text))
  }

  /** Sets outputs of the step. Throws if the runner does not take them. */
  setOutputs(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, this.clean(value))
  }

  /** Adds Markdown to the job summary. Throws if the runner does not take it. */
  writeSummary(markdown: string): void {
    // The toolkit's own way is 16 kB of code that every run would load.
    if (this.#summary === '') throw new Error('GITHUB_STEP_SUMMARY names no file')
    accessSync(this.#summary, constants.W_OK)
    appendFileSync(this.#summary, this.clean(markdown))
  }

  /** Writes the evidence file in parts, and the folders that it is in. Throws if that is not possible. */
  writeEvidence(path: string, parts: Iterable<string>): void {
    mkdirSync(dirname(path), { recursive: true })
    // Writing to a pipe would wait for a reader.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
      throw new Error('the path exists and is not a regular file')
    const file = openSync(path, 'w')
    try {
      for (const part of parts) writeSync(file, this.clean(part))
    } finally {
      closeSync(file)
    }
  }

  #line(text: string): string {
    // Escaping makes a text longer, so it is cut after that, and long after the secrets are out of it.
    return abbreviate(logLine(this.clean(text)), longestLine)
  }
}
