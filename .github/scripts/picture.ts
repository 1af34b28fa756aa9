import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAction } from '../../__tests__/action/action.ts'
import { startSandbox } from '../../__tests__/sandbox/sandbox.ts'
import { openBrowser, themes } from './browser.ts'
import { root } from './documents.ts'

// Makes the pictures of a job summary that the README shows, from a real run of dist/index.js against
// the sandbox.

/** The width of the picture, in pixels of CSS; the file has twice as many. */
const width = 760

const account = { sid: 'ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', authToken: 'token-of-the-pictured-account-00' }
const keySid = 'CR11111111111111111111111111111111'
const awsSid = 'CR33333333333333333333333333333333'
const bucket = 'https://acme-media.s3.amazonaws.com/compositions'

const browser = await openBrowser()
if (typeof browser === 'string') {
  console.error(browser)
  process.exitCode = 1
} else {
  const summary = await summaryOfDrift()
  for (const theme of themes) {
    const path = `.github/summary-${theme}.png`
    const { png } = await browser.draw(summary, width, theme)
    writeFileSync(join(root, path), png)
    console.log(`${path}: ${Math.ceil(png.length / 1000)} kB`)
  }
  browser.close()
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
