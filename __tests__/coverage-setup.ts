import { takeCoverage } from 'node:v8'
import { afterAll } from 'vitest'

// Vitest ends its processes by a signal, and what they noted would be lost with them.
afterAll(takeCoverage)
