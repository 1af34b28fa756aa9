import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { evidenceJsonSchema, generatedFiles, withTables } from '../.github/scripts/documents.ts'
import { safeInputs } from './action/fixtures.ts'
import { play } from './action/scenario.ts'
import { read } from './workflows/files.ts'

describe('what npm run docs makes', () => {
  it.each(generatedFiles().map(({ path, content }) => [path, content] as const))(
    '%s is as it would be made',
    (path, content) => {
      expect(read(path)).toBe(content)
    },
  )
})

describe('withTables', () => {
  const action = {
    inputs: { a: { description: 'One | two\nthree', default: 'x' }, b: { description: 'Four', default: '' } },
    outputs: { c: { description: 'Five' } },
  }
  const readme = '# A\n<!-- inputs -->old<!-- /inputs -->\nB\n<!-- outputs --><!-- /outputs -->\nC\n'

  it('makes a row of each input and output, and leaves the text around as it is', () => {
    const made = withTables(readme, action)
    expect(made).toBe(
      '# A\n<!-- inputs -->\n\n| Input | Default | Meaning |\n| --- | --- | --- |\n| `a` | `x` | One \\| two three |\n| `b` |  | Four |\n\n<!-- /inputs -->\nB\n<!-- outputs -->\n\n| Output | Value |\n| --- | --- |\n| `c` | Five |\n\n<!-- /outputs -->\nC\n',
    )
    expect(withTables(made, action)).toBe(made)
  })

  it('says which marker is missing', () => {
    expect(() => withTables('# A', action)).toThrow(
      'README.md must have <!-- inputs --> and, after it, <!-- /inputs -->.',
    )
  })
})

describe('the JSON Schema of the evidence', () => {
  const isEvidence = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(evidenceJsonSchema())

  it('accepts an evidence file, also with properties that a later version adds', async () => {
    const { evidence } = await play({ inputs: { ...safeInputs, mode: 'plan', 'report-path': 'evidence.json' } })
    const parsed = JSON.parse(evidence ?? '') as object
    expect([isEvidence(parsed), isEvidence.errors]).toEqual([true, null])
    expect(isEvidence({ ...parsed, later: 1 })).toBe(true)
  })

  it('refuses another version', () => {
    expect(isEvidence({ schemaVersion: 1 })).toBe(false)
  })
})
