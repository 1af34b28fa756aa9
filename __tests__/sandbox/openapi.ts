import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** A schema of the description. */
export type Schema = Readonly<Record<string, unknown>> & { readonly properties?: Readonly<Record<string, Schema>> }

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>
}

/** What the description says about a method of a path. */
export interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: 'query' | 'path'
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** An operation that a request is for. */
export interface Found {
  readonly operation: Operation
  /** The values in the path for the parameters in its template. */
  readonly pathParameters: Readonly<Record<string, string>>
  /** Compiles a schema of the operation, once. */
  readonly compile: (schema: Schema) => ValidateFunction
}

/** As in `Thu, 30 Jul 2015 20:00:00 +0000`. */
const rfc2822 =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/
/** Formats that only Twilio has, and that nothing here depends on. */
const otherFormats = [
  'uri-map',
  'http-method',
  'iso-country-code',
  'phone-number',
  'phone-number-capabilities',
  'currency',
  'endpoint',
  'twiml',
  'subscribe-rule',
  'recording-rule',
  'ice-server',
]

const require = createRequire(import.meta.url)
const documents = [load('twilio_video_v1'), load('twilio_accounts_v1'), load('twilio_api_v2010')]

/** Finds the operation for a method and a path without its query; `null` if no document has it. */
export function findOperation(method: string, path: string): Found | null {
  for (const { openApi, compile } of documents) {
    for (const [template, item] of Object.entries(openApi.paths)) {
      const operation = item[method.toLowerCase()]
      const match = operation === undefined ? null : matcher(template).exec(path)
      if (operation !== undefined && match !== null) return { operation, pathParameters: { ...match.groups }, compile }
    }
  }
  return null
}

function matcher(template: string): RegExp {
  const pattern = template.replaceAll('.', String.raw`\.`).replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return new RegExp(`^${pattern}$`)
}

function load(name: string) {
  const file = require.resolve(`@twilio/cli-core/src/services/twilio-api/${name}.json`)
  const openApi = JSON.parse(readFileSync(file, 'utf8')) as OpenApi
  const ajv = createAjv(name)
  ajv.addSchema({ $id: name, components: { schemas: closed(openApi.components.schemas) } })
  const compiled = new Map<Schema, ValidateFunction>()
  const compile = (schema: Schema): ValidateFunction => {
    const known = compiled.get(schema) ?? ajv.compile(rooted(closed(schema), name))
    compiled.set(schema, known)
    return known
  }
  return { openApi, compile }
}

/** `nullable` is known to Ajv. `strict` is off for `x-twilio` and `example`, and for formats on objects. */
function createAjv(name: string): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  // In the API of 2010 the links are relative although their format says `uri`; its dates are those of
  // RFC 2822.
  if (name === 'twilio_api_v2010') ajv.addFormat('uri', formats.default.get('uri-reference'))
  ajv.addFormat('date-time-rfc-2822', rfc2822)
  for (const format of otherFormats) ajv.addFormat(format, true)
  return ajv
}

/**
 * The same, but no object may have properties that are not described. What has no type may be anything,
 * and Ajv wants no `nullable` there.
 */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(
    ([name, value]) => name !== 'nullable' || value !== true || 'type' in schema,
  )
  const copy = Object.fromEntries(entries.map(([name, value]) => [name, closed<unknown>(value)]))
  const isObject = copy['type'] === 'object' && typeof copy['properties'] === 'object'
  return (isObject ? { ...copy, additionalProperties: false } : copy) as T
}

/** The same, with references into the document that the schema comes from. */
function rooted(schema: Schema, name: string): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? name + value : value,
  ) as Schema
}
