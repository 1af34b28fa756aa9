import { crc32, deflateSync, inflateSync } from 'node:zlib'

// Reads the PNG that a browser writes, and writes it with a palette. https://www.w3.org/TR/png-3/

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const bytesPerPixel = 3
const mostColors = 256

/** The same picture with at most 256 colours, the rarer ones taken for the nearest: less than half the size for text on a plain ground. */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png)
  const colors = Array.from({ length: width * height }, (_, index) => pixels.readUIntBE(index * bytesPerPixel, bytesPerPixel))
  const counts = new Map<number, number>()
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1)
  const palette = [...counts].sort(([, a], [, b]) => b - a).slice(0, mostColors).map(([color]) => color)
  const indices = new Map([...counts.keys()].map((color) => [color, nearest(color, palette)]))
  const lines = Buffer.alloc(height * (width + 1))
  colors.forEach((color, index) => lines.writeUInt8(indices.get(color) ?? 0, index + Math.floor(index / width) + 1))
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  const table = Buffer.concat(palette.map((color) => Buffer.from([color >> 16, (color >> 8) & 0xff, color & 0xff])))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('PLTE', table), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green and blue of each pixel, line by line. */
  readonly pixels: Buffer
}

/** The width and the height of a PNG. */
export function sizeOf(png: Buffer): { readonly width: number; readonly height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
}

function decoded(png: Buffer): Picture {
  const { width, height } = sizeOf(png)
  const [depth, kind] = [png[24], png[25]]
  if (depth !== 8 || kind !== 2) throw new Error(`The browser wrote a PNG of kind ${kind} with ${depth} bits, and this reads 8 bits of red, green and blue only.`)
  const data: Buffer[] = []
  for (let at = signature.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const filtered = inflateSync(Buffer.concat(data))
  const bytes = width * bytesPerPixel
  const pixels = Buffer.alloc(height * bytes)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (bytes + 1)] ?? 0
    for (let x = 0; x < bytes; x++) {
      const left = x < bytesPerPixel ? 0 : (pixels[y * bytes + x - bytesPerPixel] ?? 0)
      const up = y === 0 ? 0 : (pixels[(y - 1) * bytes + x] ?? 0)
      const upLeft = y === 0 || x < bytesPerPixel ? 0 : (pixels[(y - 1) * bytes + x - bytesPerPixel] ?? 0)
      pixels[y * bytes + x] = (filtered[y * (bytes + 1) + 1 + x] ?? 0) + predicted(filter, left, up, upLeft)
    }
  }
  return { width, height, pixels }
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4: {
      const [a, b, c] = [Math.abs(up - upLeft), Math.abs(left - upLeft), Math.abs(left + up - 2 * upLeft)]
      return a <= b && a <= c ? left : b <= c ? up : upLeft
    }
    default:
      return 0
  }
}

function nearest(color: number, palette: readonly number[]): number {
  const distances = palette.map((other) => [16, 8, 0].reduce((sum, shift) => sum + (((color >> shift) & 0xff) - ((other >> shift) & 0xff)) ** 2, 0))
  return distances.indexOf(Math.min(...distances))
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
