/** Small letters and digits, with `.`, `_` and `-` between them. */
const NAME = '[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?'
const SCOPE = new RegExp(`^${NAME}:${NAME}$`)

/** Source of the regular expression for what may stand among the scopes of a key, for schemas. See {@link isScopePattern}. */
export const SCOPE_PATTERN = `^(?:\\*|${NAME}:(?:\\*|${NAME}))$`
const PATTERN = new RegExp(SCOPE_PATTERN)

/** The action of scopes that a key without scopes does not have. */
const ADMINISTRATIVE = ':admin'

/** Whether this is a scope, as routes ask for it: what it is about, a colon, and an action. `configs:read` */
export function isScope(text: string): boolean {
  return SCOPE.test(text)
}

/** Whether this may stand among the scopes of a key: a scope, all actions of something (`configs:*`), or everything (`*`). */
export function isScopePattern(text: string): boolean {
  return PATTERN.test(text)
}

/** Whether a scope is only for keys that name it. */
export function isAdministrative(scope: string): boolean {
  return scope.endsWith(ADMINISTRATIVE)
}

/**
 * Whether a key with these scopes may do what needs all of `required`. A key without scopes may do everything but what is
 * administrative. To write is not to read: each action is named.
 */
export function grants(scopes: readonly string[] | undefined, required: readonly string[]): boolean {
  if (scopes === undefined) return !required.some(isAdministrative)
  return required.every((scope) => scopes.some((pattern) => covers(pattern, scope)))
}

function covers(pattern: string, scope: string): boolean {
  if (pattern === '*' || pattern === scope) return true
  return pattern.endsWith(':*') && scope.startsWith(pattern.slice(0, -1))
}
