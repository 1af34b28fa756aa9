import { Ajv, type ValidateFunction } from 'ajv'
import { findOperation, type Operation, type Schema } from './openapi.ts'

/**
 * Twilio's description has no errors; this is the body that its REST API documents for them, and RFC
 * 9457's beside it.
 */
const errorSchema = {
  anyOf: [
    {
      type: 'object',
      properties: {
        code: { type: 'integer' },
        message: { type: 'string' },
        more_info: { type: 'string', pattern: '^https://www.twilio.com/docs/errors/\\d{5}$' },
        status: { type: 'integer' },
      },
      required: ['code', 'message', 'more_info', 'status'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        status: { type: 'integer' },
        code: { type: 'integer' },
        detail: { type: 'string' },
        errors: { type: 'array' },
      },
      required: ['type', 'title', 'status'],
      additionalProperties: false,
    },
  ],
}
const validateError = new Ajv({ allErrors: true }).compile(errorSchema)

const formType = 'application/x-www-form-urlencoded'

/**
 * Compares an answer with Twilio's published description, and lists what does not fit it. `path` may
 * have a query.
 */
export function validateAnswer(method: string, path: string, status: number, body: unknown): string[] {
  if (status >= 400) return problemsOf(validateError, body, 'error')
  const found = findOperation(method, withoutQuery(path))
  if (found === null) return [`${method} ${withoutQuery(path)} is not described`]
  const response = found.operation.responses[String(status)]
  if (response === undefined) return [`status ${status} is not described`]
  const schema = response.content?.['application/json']?.schema
  if (schema === undefined)
    return body === undefined || body === null || body === '' ? [] : [`status ${status} is described without a body`]
  return problemsOf(found.compile(schema), body, 'body')
}

/**
 * Compares a request with Twilio's published description, and lists what does not fit it. The query
 * stands in `path`.
 */
export function validateRequest(
  method: string,
  path: string,
  contentType: string | undefined,
  form: Readonly<Record<string, string>>,
): string[] {
  const found = findOperation(method, withoutQuery(path))
  if (found === null) return [`${method} ${withoutQuery(path)} is not described`]
  const { operation, pathParameters, compile } = found
  const query = Object.fromEntries(new URL(path, 'https://api.twilio.com').searchParams)
  const problems = [
    ...problemsOf(compile(parametersSchema(operation, 'path')), pathParameters, 'path'),
    ...problemsOf(
      compile(parametersSchema(operation, 'query')),
      coerced(query, parametersSchema(operation, 'query')),
      'query',
    ),
  ]
  const schema = operation.requestBody?.content?.[formType]?.schema
  if (schema === undefined)
    return Object.keys(form).length === 0 ? problems : [...problems, `${method} is described without a body`]
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== formType)
    problems.push(`content type ${contentType ?? '(none)'} is not described`)
  return [...problems, ...problemsOf(compile(schema), coerced(form, schema), 'form')]
}

const parameterSchemas = new WeakMap<Operation, Map<'query' | 'path', Schema>>()

/**
 * The parameters of one place as one schema, always the same object for the same operation, so that it
 * is compiled once.
 */
function parametersSchema(operation: Operation, place: 'query' | 'path'): Schema {
  const ofOperation = parameterSchemas.get(operation) ?? new Map<'query' | 'path', Schema>()
  parameterSchemas.set(operation, ofOperation)
  const known = ofOperation.get(place)
  if (known !== undefined) return known
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === place)
  const schema: Schema = {
    type: 'object',
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.schema])),
    required: parameters.filter((parameter) => parameter.required === true).map((parameter) => parameter.name),
  }
  ofOperation.set(place, schema)
  return schema
}

/**
 * Texts as the types that the schema declares for them; what is no text of that type stays as it is, and
 * is a problem.
 */
function coerced(values: Readonly<Record<string, string>>, schema: Schema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, text]) => [name, typed(text, schema.properties?.[name]?.['type'])]),
  )
}

function typed(text: string, type: unknown): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text
  return text
}

function problemsOf(validate: ValidateFunction, value: unknown, what: string): string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(({ instancePath, message = 'does not fit', params }) => {
    const extra = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : ''
    return `${what}${instancePath} ${message}${extra}`
  })
}

function withoutQuery(path: string): string {
  return path.split('?')[0] ?? ''
}
