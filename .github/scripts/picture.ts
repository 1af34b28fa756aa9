import { execFile } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { runAction } from '../../__tests__/action/action.ts'
import { startSandbox } from '../../__tests__/sandbox/sandbox.ts'
import { root } from './documents.ts'

// Makes the pictures of a job summary that the README shows, from a real run of dist/index.js against
// the sandbox.

const run = promisify(execFile)
const { resolve } = createRequire(import.meta.url)

/** The width of the picture, in pixels of CSS; the file has twice as many. */
const width = 760

/** The colours on which GitHub shows a summary. */
const grounds = { light: '#ffffff', dark: '#0d1117' }

/** The names that headless browsers of the Chromium family have on the PATH. */
const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge']

const account = { sid: 'ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', authToken: 'token-of-the-pictured-account-00' }
const keySid = 'CR11111111111111111111111111111111'
const awsSid = 'CR33333333333333333333333333333333'
const bucket = 'https://acme-media.s3.amazonaws.com/compositions'

const browser = findBrowser()
if (browser === null) {
  console.error(
    `The pictures need a headless browser, and none of ${browsers.join(', ')} is on the PATH. Install Chromium, and run this again.`,
  )
  process.exitCode = 1
} else {
  const summary = await summaryOfDrift()
  for (const theme of ['light', 'dark'] as const)
    await draw(browser, page(summary, theme), `.github/summary-${theme}.png`)
}

/** The summary of a check that finds encryption off, and another bucket. */
async function summaryOfDrift(): Promise<string> {
  const live = {
    friendly_name: 'Acme media',
    encryption_enabled: false,
    encryption_key_sid: keySid,
    aws_storage_enabled: true,
    aws_s3_url: bucket.replace('acme-media', 'acme-staging'),
    aws_credentials_sid: awsSid,
  }
  const sandbox = await startSandbox({
    accounts: [
      { ...account, compositionSettings: live, publicKeys: [{ sid: keySid }], awsCredentials: [{ sid: awsSid }] },
    ],
  })
  try {
    const { summary } = await runAction({
      with: {
        'account-sid': account.sid,
        'auth-token': account.authToken,
        'encryption-enabled': 'true',
        'encryption-key-sid': keySid,
        'aws-storage-enabled': 'true',
        'aws-s3-url': bucket,
        'aws-credentials-sid': awsSid,
      },
      env: { TWILIO_SANDBOX_URL: sandbox.url },
    })
    return summary
  } finally {
    await sandbox.close()
  }
}

/** A summary as GitHub shows it. */
function page(summary: string, theme: 'light' | 'dark'): string {
  const css = readFileSync(resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8')
  const html = micromark(summary, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })
  const frame = `html { background: ${grounds[theme]} } body { margin: 0 }`
  const article = `.markdown-body { box-sizing: border-box; padding: 24px; width: ${width}px }`
  return [
    `<!doctype html><meta charset="utf-8"><style>${css} ${frame} ${article}</style>`,
    `<article class="markdown-body">${html}</article>`,
    "<script>document.documentElement.dataset.height = document.querySelector('article').getBoundingClientRect().height",
    '</script>',
  ].join('\n')
}

/** Draws a page twice: to learn how high it is, and then exactly so high. */
async function draw(program: string, html: string, path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'))
  try {
    const file = join(folder, 'summary.html')
    writeFileSync(file, html)
    const see = async (height: number, ...flags: readonly string[]): Promise<string> => {
      const common = [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--disable-background-networking',
        '--force-device-scale-factor=2',
        `--user-data-dir=${join(folder, 'profile')}`,
        `--window-size=${width},${height}`,
      ]
      return (await run(program, [...common, ...flags, `file://${file}`])).stdout
    }
    const [, height = ''] = /data-height="([\d.]+)"/.exec(await see(1000, '--dump-dom')) ?? []
    const screenshot = join(folder, 'summary.png')
    await see(Math.ceil(Number(height)), `--screenshot=${screenshot}`)
    const png = readFileSync(screenshot)
    writeFileSync(join(root, path), png)
    console.log(`${path}: ${Math.ceil(png.length / 1000)} kB`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first of the browsers that is on the PATH; `null` if there is none. */
function findBrowser(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return browsers.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
