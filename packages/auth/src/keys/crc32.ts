/** Remainders of all bytes by the polynomial of zlib, bits reversed. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  return crc
})

/**
 * CRC-32 of the first characters of an ASCII text, as zlib has it. `zlib.crc32` came with Node 20.15 only, and for the 40
 * characters of a key the way to it and back costs more than this does.
 */
export function crc32(text: string, end: number): number {
  let crc = -1
  for (let at = 0; at < end; at++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(at)) & 0xff] as number)
  }
  return ~crc >>> 0
}
