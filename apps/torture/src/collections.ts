/** What the writers store: the text follows from the other two, so half a document can be told from a whole one. */
export interface Document {
  readonly key: string
  readonly serial: number
  readonly text: string
}

/** A resource of the service, by the fields that matter here. */
export interface Item {
  readonly id: string
  readonly data: Document
}

/** A kind of resource. */
export interface Collection {
  readonly path: string
  /** The body that stores a document. */
  readonly body: (document: Document) => Record<string, unknown>
}

export const configs: Collection = {
  path: '/api/v1/configs',
  body: (data) => ({ name: data.key, data }),
}

export const artifacts: Collection = {
  path: '/api/v1/artifacts',
  body: (data) => ({ data }),
}

/** The document of this key and number: from a few bytes to some kilobytes. */
export function documentOf(key: string, serial: number): Document {
  return { key, serial, text: `${key}/${serial};`.repeat(1 + ((serial * 7919) % 400)) }
}

/** Whether all of a document is there. */
export function isWhole({ key, serial, text }: Document): boolean {
  return text === documentOf(key, serial).text
}
