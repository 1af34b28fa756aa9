import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStand, see, type Seen, type Stand } from './run.ts'
import { longestLine, mostAnnotations } from './shown.ts'
import { idOf, type Saying, type Situation } from './situation.ts'
import { situations } from './situations.ts'

let stand: Stand
beforeAll(async () => {
  stand = await openStand()
})
afterAll(() => stand.github.close())

it('are 22 and two that are looked at in the log, each with runs of its own', () => {
  expect([...new Set(situations.map(({ number }) => number))]).toEqual(
    Array.from({ length: 24 }, (_, index) => index + 1),
  )
  expect(new Set(situations.map(idOf)).size).toBe(situations.length)
})

describe.concurrent('the situation', () => {
  it.each(situations.map((situation) => [idOf(situation), situation] as const))('%s', async (_, situation) => {
    expectOf(situation, await see(situation, stand))
  })
})

function expectOf(situation: Situation, seen: Seen): void {
  const { exitCode = seen.exitCode, result = seen.result, says = [], neverSays = [] } = situation.expected
  expect([seen.exitCode, seen.result]).toEqual([exitCode, result])
  const isSaid = ([part, text]: Saying): boolean =>
    typeof text === 'string' ? seen.text[part].includes(text) : text.test(seen.text[part])
  expect(says.filter((saying) => !isSaid(saying))).toEqual([])
  expect(neverSays.filter(isSaid)).toEqual([])
  expectOnRunPage(seen)
}

/** What holds for every run page. */
function expectOnRunPage({ exitCode, annotations, made, text, files }: Seen): void {
  // The verdict is an error without a title.
  if (exitCode !== 0) expect(annotations[0]).toMatchObject({ level: 'error', title: null })
  expect(text.log.split('\n').filter((line) => line.length > longestLine)).toEqual([])
  expect(annotations.filter(({ message }) => message.length >= longestLine)).toEqual([])
  expect(Math.max(...Object.values(made))).toBeLessThanOrEqual(mostAnnotations)
  // Nobody may take a picture of the sandbox for one of Twilio.
  const all = Object.values(files)
    .join('\n')
    .replaceAll(/"sandbox": (false|null)/g, '')
  expect(all).not.toMatch(/sandbox/i)
}
