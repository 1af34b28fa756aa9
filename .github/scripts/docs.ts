import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles, root } from './documents.ts'

for (const { path, content } of generatedFiles()) {
  const file = join(root, path)
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === content
  if (!isSame) writeFileSync(file, content)
  console.log(`${path}: ${isSame ? 'as it was' : 'written'}`)
}
