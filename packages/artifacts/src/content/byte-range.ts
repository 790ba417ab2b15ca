/** Part of a content: both ends are included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads the header `Range` (RFC 9110, section 14.1.2). One range is served. What is malformed, in another unit, or asks for
 * several ranges is ignored, as the server is free to do: undefined, the whole content.
 *
 * @param size - Size of the content, in bytes.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Number(last)
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(size - length, 0), end: size - 1 }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}
