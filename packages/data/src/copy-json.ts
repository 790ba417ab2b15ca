/** A place in a JSON document that cannot be stored. */
export interface JsonFault {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string
  /** What is wrong there: `must not …`. */
  readonly detail: string
}

/** Nesting that stored data may have; deeper data would overflow the stack where it is written out again. */
export const MAX_JSON_DEPTH = 512

// PostgreSQL cannot store NUL in text, and no database can store half of a surrogate pair as UTF-8.
const UNSTORABLE = /[\0\p{Surrogate}]/u

/**
 * Copies a value as JSON would (dates become text, undefined members go) and lists what no database could give back as it
 * was: NUL and lone surrogates in text, numbers that are not finite, what is no JSON. Members named `__proto__` stay
 * ordinary members. The copy is meant to be used only when there is no fault.
 */
export function copyJson(value: unknown): { copy: unknown; faults: JsonFault[] } {
  const faults: JsonFault[] = []
  return { copy: copyValue(value, '', 0, faults), faults }
}

function copyValue(value: unknown, pointer: string, depth: number, faults: JsonFault[]): unknown {
  switch (typeof value) {
    case 'string':
      if (UNSTORABLE.test(value)) faults.push({ pointer, detail: 'must not contain NUL or a lone surrogate' })
      return value
    case 'boolean':
      return value
    case 'number':
      if (!Number.isFinite(value)) faults.push({ pointer, detail: 'must be a finite number' })
      return value
    case 'object':
      if (value === null) return null
      if (depth >= MAX_JSON_DEPTH) {
        faults.push({ pointer, detail: `must not be nested more than ${MAX_JSON_DEPTH} levels deep` })
        return null
      }
      return copyObject(value, pointer, depth + 1, faults)
    default:
      faults.push({ pointer, detail: `must be JSON (got ${typeof value})` })
      return null
  }
}

function copyObject(value: object, pointer: string, depth: number, faults: JsonFault[]): unknown {
  if (Array.isArray(value)) {
    return Array.from(value, (item: unknown, at) =>
      copyValue(item ?? null, `${pointer}/${at}`, depth, faults),
    )
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return copyValue(value.toJSON(), pointer, depth, faults)
  }
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (UNSTORABLE.test(name))
      faults.push({ pointer, detail: 'must not have NUL or a lone surrogate in a name' })
    const copied = copyValue(member, place, depth, faults)
    if (name === '__proto__') {
      Object.defineProperty(copy, name, {
        value: copied,
        enumerable: true,
        writable: true,
        configurable: true,
      })
    } else copy[name] = copied
  }
  return copy
}
