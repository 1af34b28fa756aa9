import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

// Draws Markdown as GitHub shows it, with a headless Chromium.

/** The two looks of GitHub. */
export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** A picture, the height of the page in pixels of CSS, and whether a part of it must be scrolled sideways to be read. */
export interface Drawing {
  /** Of the upper part, where the page is longer than a picture can be. */
  readonly png: Buffer
  readonly height: number
  readonly scrollsSideways: boolean
}

/** A browser that draws, to be closed when it is no longer needed. */
export interface Browser {
  /** Draws Markdown at a width in pixels of CSS; the picture has twice as many. */
  readonly draw: (markdown: string, width: number, theme: Theme) => Promise<Drawing>
  readonly close: () => void
}

/** The names that headless browsers of the Chromium family have on the PATH. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge']

/** So high can a picture be, in pixels of CSS: Chromium draws at most 16,384 of a screen. */
const highest = 8000

/** The colours on which GitHub shows a summary. */
const grounds: Readonly<Record<Theme, string>> = { light: '#ffffff', dark: '#0d1117' }

const { resolve } = createRequire(import.meta.url)

/** Opens a browser, or says in a sentence what it lacks to draw as GitHub does. */
export async function openBrowser(): Promise<Browser | string> {
  const program = findBrowser()
  if (program === null)
    return `The pictures need a headless browser, and none of ${names.join(', ')} is on the PATH. Install Chromium, and run this again.`
  const folder = mkdtempSync(join(tmpdir(), 'browser-'))
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-background-networking']
  const child = spawn(program, [...flags, '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const close = (): void => {
    child.once('close', () => rmSync(folder, { recursive: true, force: true }))
    child.kill()
  }
  const page = await openPage(await endpointOf(child.stderr))
  if ((await page.evaluate(showsEmoji)) !== true) {
    close()
    return 'The pictures need a font with coloured emoji, and there is none. Install one, such as Noto Color Emoji, and run this again.'
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    draw: (markdown, width, theme) => {
      // There is one page, so one drawing at a time.
      const drawing = last.then(() => draw(page, pageOf(markdown, theme), width))
      last = drawing.catch(() => {})
      return drawing
    },
    close,
  }
}

/** The first of the browsers that is on the PATH; `null` if there is none. */
export function findBrowser(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where the browser listens, which it says among its messages. */
async function endpointOf(messages: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: messages })) {
    const endpoint = /^DevTools listening on (\S+)/.exec(line)?.[1]
    if (endpoint !== undefined) {
      messages.resume()
      return endpoint
    }
  }
  throw new Error('The browser ended before it could be asked to draw.')
}

/** A page of a browser, which is told what to do. https://chromedevtools.github.io/devtools-protocol/ */
interface Page {
  readonly call: (method: string, params: unknown) => Promise<Readonly<Record<string, unknown>>>
  readonly evaluate: (expression: string) => Promise<unknown>
}

async function openPage(endpoint: string): Promise<Page> {
  const socket = new WebSocket(endpoint)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  const waiting = new Map<number, (message: Message) => void>()
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message
    waiting.get(message.id ?? -1)?.(message)
  })
  let last = 0
  const send = (method: string, params: unknown, sessionId?: string): Promise<Readonly<Record<string, unknown>>> =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error === undefined) resolve(result ?? {})
        else reject(new Error(`${method}: ${error.message}`))
      })
      socket.send(JSON.stringify({ id, method, params, sessionId }))
    })
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const call: Page['call'] = (method, params) => send(method, params, String(sessionId))
  return {
    call,
    evaluate: async (expression) => {
      const { result } = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
      return (result as { readonly value?: unknown }).value
    },
  }
}

interface Message {
  readonly id?: number
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

/** Whether an emoji is drawn in a colour, and not as an empty box. */
const showsEmoji = `(() => {
  const pen = document.createElement('canvas').getContext('2d')
  pen.font = '32px sans-serif'
  pen.fillText('❌', 0, 32)
  const { data } = pen.getImageData(0, 0, 48, 48)
  return data.some((value, at) => at % 4 === 0 && value > data[at + 1] + 50)
})()`

/** Markdown on a page of GitHub. */
function pageOf(markdown: string, theme: Theme): string {
  const css = readFileSync(resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8')
  const html = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })
  const frame = `html { background: ${grounds[theme]} } body { margin: 0 }`
  const article =
    '.markdown-body { box-sizing: border-box; padding: 24px } @media (max-width: 544px) { .markdown-body { padding: 16px } }'
  return [
    `<!doctype html><meta charset="utf-8"><style>${css} ${frame} ${article}</style>`,
    `<article class="markdown-body">${html}</article>`,
  ].join('\n')
}

async function draw({ call, evaluate }: Page, html: string, width: number): Promise<Drawing> {
  const size = (height: number): Promise<unknown> =>
    call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 2, mobile: false })
  await size(100)
  await evaluate(`document.open(); document.write(${JSON.stringify(html)}); document.close()`)
  const height = Number(await evaluate(`Math.ceil(document.querySelector('article').getBoundingClientRect().height)`))
  await size(Math.min(height, highest))
  // A block to copy keeps its lines, and scrolls by itself.
  const scrollsSideways = await evaluate(
    `[...document.querySelectorAll('html, article *:not(pre)')].some((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth)`,
  )
  const { data } = await call('Page.captureScreenshot', { format: 'png' })
  return { png: Buffer.from(String(data), 'base64'), height, scrollsSideways: scrollsSideways === true }
}
