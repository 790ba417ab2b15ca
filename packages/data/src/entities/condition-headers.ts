import { Type } from 'typebox'

/**
 * Said in words in the OpenAPI document, and not as a parameter: which value is right depends on an earlier answer, so tools
 * that make up values for parameters would have nearly every request refused with 412.
 */
export const IF_MATCH_TEXT =
  'With the header `If-Match` and the ETag of an earlier answer, it is done only when nothing has changed since (else 412).'

/** Said in words, too: a key that was used with another body is refused with 422. */
export const IDEMPOTENCY_KEY_TEXT =
  'With the header `Idempotency-Key` (1 to 255 printable ASCII characters of your own choice), a repeat within 24 hours gets ' +
  'the first answer again; another body under the same key is refused (422).'

/** The header by which a client says what it has already. */
export const IfNoneMatchSchema = Type.Object({
  'if-none-match': Type.Optional(
    Type.String({
      description: 'ETags of what you have already, or `*`: answer 304 when it is one of these still',
    }),
  ),
})
