/** A note of ours in an operation, for {@link finishDocument}: its body is not required. */
export const OPTIONAL_BODY = 'x-optional-body'

type Operation = Record<string, unknown>
type Content = Record<string, { schema?: object }>

/**
 * Says in an OpenAPI document what @fastify/swagger cannot: that a body is optional, and that content has no schema, since it
 * is no JSON. There it takes an empty schema for none.
 */
export function finishDocument(document: { paths?: object }): object {
  const items = Object.values(document.paths as object) as Record<string, Operation>[]
  for (const operation of items.flatMap((item) => Object.values(item))) {
    if (OPTIONAL_BODY in operation) {
      delete operation[OPTIONAL_BODY]
      operation['requestBody'] = { ...(operation['requestBody'] as object), required: false }
    }
    const parts = [operation['requestBody'], ...Object.values(operation['responses'] as object)]
    for (const { content } of parts.filter((part) => part !== undefined) as { content?: Content }[]) {
      for (const media of Object.values(content ?? {})) {
        if (media.schema && Object.keys(media.schema).length === 0) delete media.schema
      }
    }
  }
  return document
}
