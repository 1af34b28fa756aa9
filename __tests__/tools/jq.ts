import { readFileSync } from 'node:fs'
import { raw } from 'jq-wasm'

// jq itself, compiled to WebAssembly: it has no files, so that what stands in them comes in as its input.
const words = process.argv.slice(2)
const flags: string[] = []
while (words[0]?.startsWith('-') === true) flags.push(...words.splice(0, words[0] === '--argjson' ? 3 : 1))
const [filter = '.', ...files] = words
const input = (files.length === 0 ? [0] : files).map((file) => readFileSync(file, 'utf8')).join('\n')
const { stdout, stderr, exitCode } = await raw(input, filter, flags)
if (stdout !== '') process.stdout.write(stdout.replace(/\n?$/, '\n'))
if (stderr !== '') process.stderr.write(stderr.replace(/\n?$/, '\n'))
process.exitCode = exitCode
