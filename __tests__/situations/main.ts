import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, openBrowser, themes } from '../../.github/scripts/browser.ts'
import { openStand, see, type Seen } from './run.ts'
import { idOf } from './situation.ts'
import { situations } from './situations.ts'

// "npm run situations -- 7 14 --pictures --to folder" writes what people see of situations 7 and 14.

/** A phone, and a run page on a laptop; in pixels of CSS. */
const widths = [390, 1012]

/** Three screens of a phone, in pixels of CSS. */
const longest = 2500

/** So many run side by side: each is two processes. */
const width = 4

const { values, positionals } = parseArgs({
  options: { pictures: { type: 'boolean' }, to: { type: 'string' } },
  allowPositionals: true,
})
const chosen = situations.filter(({ number }) => positionals.length === 0 || positionals.includes(String(number)))
const browser = values.pictures === true ? await openBrowser() : null
if (typeof browser === 'string') {
  console.error(browser)
  process.exitCode = 1
} else await writeAll(resolve(values.to ?? mkdtempSync(join(tmpdir(), 'situations-'))), browser)

async function writeAll(to: string, browser: Browser | null): Promise<void> {
  const stand = await openStand()
  try {
    const left = chosen.values()
    const worker = async (): Promise<void> => {
      for (const situation of left) {
        const seen = await see(situation, stand)
        const folder = join(to, idOf(situation))
        writeFiles(folder, seen)
        const ending = `exit code ${seen.exitCode}, ${seen.result}`
        console.log(
          `${idOf(situation)} ${situation.name}: ${ending}; ${Object.entries(seen.made)
            .map(([level, number]) => `${number} ${level}s`)
            .join(', ')}`,
        )
        if (browser !== null) await drawAll(folder, seen, browser)
      }
    }
    await Promise.all(Array.from({ length: width }, worker))
    console.log(to)
  } finally {
    browser?.close()
    await stand.github.close()
  }
}

function writeFiles(folder: string, { files }: Seen): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
}

async function drawAll(folder: string, { files }: Seen, { draw }: Browser): Promise<void> {
  for (const part of ['summary', 'comment', 'issue']) {
    const markdown = files[`${part}.md`]
    if (markdown === undefined) continue
    for (const width of widths)
      for (const theme of themes) {
        const name = `${part}-${width}-${theme}.png`
        const { png, height, scrollsSideways } = await draw(markdown, width, theme)
        writeFileSync(join(folder, name), png)
        if (scrollsSideways) console.log(`${join(folder, name)} must be scrolled sideways`)
        if (height > longest) console.log(`${join(folder, name)} is ${height} pixels long`)
      }
  }
}
