import type { KeySet } from './key-set.ts'

/** Where the keys of a service are kept: what `withAuth({ store })` takes. */
export interface KeyStore {
  /** What log lines and metrics call it: `direct`, `file`, `env`, `database`. */
  readonly kind: string
  /** Names of the modules that it needs: `['database']`. Default: none. */
  readonly needs?: readonly string[]
  /** Further members of the module that uses it: `{ migrations }`, for a store in the database. Default: none. */
  readonly module?: object
  /**
   * Opens it when the service starts.
   *
   * @throws when there are no keys that could be used; the start fails with this error.
   */
  open(context: KeyStoreContext): Promise<OpenKeyStore>
}

/** What a store gets to work with. */
export interface KeyStoreContext {
  /** The environment of the process. */
  readonly env: NodeJS.ProcessEnv
  /** The service's instance, for stores that use what another module publishes. It is a FastifyInstance. */
  readonly app: object
}

/** A store that is open. */
export interface OpenKeyStore {
  /** The keys when it was opened. */
  readonly keys: KeySet
  /** For the line that is logged at the start: `{ file: '/run/secrets/api_keys' }`. */
  readonly origin: Readonly<Record<string, string>>
  /** Tells changes of the keys from now on, within 2 seconds. Default: they never change. */
  follow?(listener: KeyStoreListener): void
  /** Is told each time a key of the store was used; must return at once. Default: nobody wants to know. */
  used?(id: string): void
  /** Ends what `follow` began, and frees what was opened. */
  close(): Promise<void>
}

/** Is told what became of the keys of a store. */
export interface KeyStoreListener {
  /** These are the keys now. */
  changed(keys: KeySet): void
  /** The keys could not be read, for this reason, which holds no key; the last good ones stay valid. */
  failed(reason: string): void
}
