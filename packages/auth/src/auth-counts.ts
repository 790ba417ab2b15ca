/** How often requests came with a key that is known, by what became of them. */
export class KeyCounts {
  success = 0
  expired = 0
  not_yet_valid = 0
  address_not_allowed = 0
  insufficient_scope = 0
}

/** How often requests came, by what became of them. */
export class AuthCounts {
  missing_key = 0
  invalid_key = 0
  rate_limited = 0
  readonly #byId = new Map<string, KeyCounts>()

  /** Those of a key, by its id: they go on when the key is loaded anew. */
  of(id: string): KeyCounts {
    let counts = this.#byId.get(id)
    if (counts === undefined) {
      counts = new KeyCounts()
      this.#byId.set(id, counts)
    }
    return counts
  }

  /** Those of all keys that came. */
  get byId(): ReadonlyMap<string, KeyCounts> {
    return this.#byId
  }

  /** Forgets all others, so that there are never more than keys. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#byId.keys()) if (!ids.has(id)) this.#byId.delete(id)
  }
}
