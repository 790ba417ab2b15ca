/** What is known of the content of an artifact. */
export interface Content {
  /** As the client named it; `application/octet-stream` when it did not. */
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  /** In hexadecimal, lower case. */
  readonly sha256: string
}

/** Bytes that arrive piece by piece: a request, a file that is read, or what a generator gives. */
export type ContentSource = AsyncIterable<Uint8Array>

/** Where received content is: at hand, or in a file of the content folder. */
export type StoredBytes = { readonly bytes: Uint8Array } | { readonly file: string }

/** What a content is called that nobody gave a media type. */
export const DEFAULT_MEDIA_TYPE = 'application/octet-stream'

/** The entity tag of a content (RFC 9110, section 8.8.3): strong, since equal tags mean equal bytes. */
export function contentTag({ sha256 }: Pick<Content, 'sha256'>): string {
  return `"${sha256}"`
}
