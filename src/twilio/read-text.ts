import type { Readable } from 'node:stream'

/** A body has more bytes than are read. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** Reads a body as UTF-8, at most so many bytes of it; throws {@link TooLarge} as soon as there are more. */
export async function readText(body: Readable, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new TooLarge(`more than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
