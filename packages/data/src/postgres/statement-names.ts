/** Statements that a connection keeps prepared; a service has some dozens. */
const MAX_STATEMENTS = 500

/** Gives statements the names under which connections keep them prepared. Those that come too late get none. */
export class StatementNames {
  readonly #names = new Map<string, string>()
  readonly #max: number
  #generation = 0

  /** @param enabled - Without it, no statement gets a name. */
  constructor(enabled: boolean) {
    this.#max = enabled ? MAX_STATEMENTS : 0
  }

  nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= this.#max) return known
    const name = `chapkit_${this.#generation}_${this.#names.size}`
    this.#names.set(text, name)
    return name
  }

  /** Has all statements prepared anew: the tables have changed. */
  renew(): void {
    this.#names.clear()
    this.#generation += 1
  }
}
