/** A key as somebody configured it, and where it stands, for errors that must not show it. */
export interface ConfiguredKey {
  readonly key: string
  /** `line 3`, `entry 2`, `apiKeys[1]` */
  readonly place: string
}

/** Reads the text of a key file: one key a line; blank lines and lines that start with `#` are left out. */
export function parseKeyFile(text: string): ConfiguredKey[] {
  return present(text.split(/\r\n|\r|\n/), (index) => `line ${index + 1}`).filter(
    ({ key }) => !key.startsWith('#'),
  )
}

/** Reads the value of an environment variable: keys between commas. `#` starts no comment there. */
export function parseKeyList(value: string): ConfiguredKey[] {
  return present(value.split(','), (index) => `entry ${index + 1}`)
}

/** Reads keys that were given in code, in a list of this name. */
export function parseDirectKeys(keys: readonly string[], name: string): ConfiguredKey[] {
  return present(keys, (index) => `${name}[${index}]`)
}

/** Without the white space around them, since HTTP drops it from header values; what is empty then is left out. */
function present(keys: readonly string[], placeOf: (index: number) => string): ConfiguredKey[] {
  return keys
    .map((key, index) => ({ key: key.trim(), place: placeOf(index) }))
    .filter(({ key }) => key !== '')
}
