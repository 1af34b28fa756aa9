import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStand, see, type Seen } from '../../__tests__/situations/run.ts'
import { situations } from '../../__tests__/situations/situations.ts'
import { type Browser, openBrowser, themes } from './browser.ts'
import { root } from './documents.ts'

// Makes the pictures that the README shows, from real runs of dist/index.js in four of the situations.

/** The name of a picture, the situation that it shows, and what of it. */
const pictures = [
  ['drift', 2, 'summary'],
  ['plan', 4, 'comment'],
  ['issue', 1, 'issue'],
  ['applied', 5, 'summary'],
] as const

/** The width of a picture, in pixels of CSS; the file has twice as many. */
const width = 760

const browser = await openBrowser()
if (typeof browser === 'string') {
  console.error(browser)
  process.exitCode = 1
} else await drawAll(browser)

async function drawAll({ draw, close }: Browser): Promise<void> {
  const stand = await openStand()
  try {
    for (const [name, number, part] of pictures) {
      const markdown = await markdownOf(number, part, (situation) => see(situation, stand))
      for (const theme of themes) {
        const path = `.github/${name}-${theme}.png`
        const { png } = await draw(markdown, width, theme)
        writeFileSync(join(root, path), png)
        console.log(`${path}: ${Math.ceil(png.length / 1000)} kB`)
      }
    }
  } finally {
    close()
    await stand.github.close()
  }
}

async function markdownOf(
  number: number,
  part: string,
  run: (situation: (typeof situations)[number]) => Promise<Seen>,
): Promise<string> {
  const situation = situations.find((one) => one.number === number)
  const markdown = situation && (await run(situation)).files[`${part}.md`]
  if (markdown === undefined) throw new Error(`Situation ${number} has no ${part}.`)
  return markdown
}
