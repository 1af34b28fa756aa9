import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The PATH with substitutes for jq and openssl, for machines that have neither. */
export const pathWithTools = [process.env['PATH'] ?? '', fileURLToPath(new URL('bin', import.meta.url))].join(delimiter)
