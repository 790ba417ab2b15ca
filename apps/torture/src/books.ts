/** A write that was sent and not answered: it may have happened, or not. */
export interface Pending {
  /** What is stored if it did; undefined for a delete. */
  readonly serial: number | undefined
  /** For a create: sends it once more. */
  readonly repeat?: { readonly body: Record<string, unknown>; readonly key: string }
}

/** What is known of one resource. */
export interface Entry {
  readonly key: string
  id: string | undefined
  etag: string | undefined
  /** Number of the document that the service has acknowledged; undefined when it acknowledged that there is none. */
  serial: number | undefined
  pending: Pending | undefined
}

/** What the service has promised, against which its answers are held. */
export class Books {
  readonly entries = new Map<string, Entry>()
  acknowledged = 0

  /** A new entry, of which nothing is there. */
  open(key: string): Entry {
    const entry: Entry = { key, id: undefined, etag: undefined, serial: undefined, pending: undefined }
    this.entries.set(key, entry)
    return entry
  }

  /** The write that was pending has been acknowledged. */
  acknowledge(entry: Entry, etag?: string): void {
    entry.serial = entry.pending?.serial
    entry.etag = etag
    entry.pending = undefined
    this.acknowledged++
  }
}
