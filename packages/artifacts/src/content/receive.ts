import { createHash } from 'node:crypto'
import { Problem } from '@chapkit/core'
import type { ContentSource, StoredBytes } from './content.ts'
import type { ContentFolder } from './content-folder.ts'
import type { ContentPart } from './content-part.ts'
import { codeOf } from './files.ts'
import { GrowingBuffer } from './growing-buffer.ts'

/** Limits of contents, in bytes. */
export interface ContentLimits {
  /** Most that the database keeps. */
  readonly inline: number
  /** Most that is kept at all. */
  readonly max: number
}

/** Content that has arrived. */
export type ReceivedContent = StoredBytes & { readonly size: number; readonly sha256: string }

/**
 * Receives content to its end: small content into memory, other content into a file, with a bounded amount of memory.
 * Nothing stays when it fails.
 *
 * @param folder - Where files go; undefined when there is none.
 * @throws Problem payload-too-large (413) or unavailable (503, no space), and whatever the source throws.
 */
export async function receiveContent(
  source: ContentSource,
  limits: ContentLimits,
  folder: ContentFolder | undefined,
): Promise<ReceivedContent> {
  const hash = createHash('sha256')
  const held = new GrowingBuffer()
  let size = 0
  let part: ContentPart | undefined
  try {
    for await (const bytes of source) {
      size += bytes.byteLength
      checkSize(size, limits, folder)
      hash.update(bytes)
      if (part) await part.write(bytes)
      else {
        held.append(bytes)
        if (size > limits.inline) {
          part = await folder?.create()
          await part?.write(held.take())
        }
      }
    }
    const sha256 = hash.digest('hex')
    if (!part) return { size, sha256, bytes: held.take() }
    await part.keep()
    return { size, sha256, file: part.file }
  } catch (error) {
    await part?.discard()
    throw NO_SPACE.has(String(codeOf(error))) ? noSpace(error) : error
  }
}

/**
 * Refuses content that is too large.
 *
 * @throws Problem payload-too-large (413)
 */
export function checkSize(
  size: number,
  { inline, max }: ContentLimits,
  folder: ContentFolder | undefined,
): void {
  if (size > max) {
    throw new Problem(
      'payload-too-large',
      `The content is larger than the ${max} bytes that this service keeps.`,
    )
  }
  if (size > inline && !folder) {
    throw new Problem(
      'payload-too-large',
      `The content is larger than the ${inline} bytes that this service keeps in its database; ` +
        'set contentDir of withArtifacts() to keep larger content in a folder.',
    )
  }
}

/** No space on the device, beyond the quota, or beyond the largest file that the process may write. */
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

function noSpace(cause: unknown): Problem {
  return new Problem(
    'unavailable',
    'The service has no space left for this content; try again when it has more.',
    {
      headers: { 'retry-after': '60' },
      cause,
    },
  )
}
