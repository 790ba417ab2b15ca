/** Methods that have a name in metrics; all others, which clients may make up, are one. */
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  '_OTHER',
] as const

/** Versions of HTTP, as `http_flavor` names them. */
const FLAVORS = ['1.0', '1.1', '2'] as const

const INDICES: Readonly<Record<string, number>> = Object.assign(
  Object.create(null) as object,
  Object.fromEntries(METHODS.map((method, index) => [method, index])),
)

const OTHER = METHODS.indexOf('_OTHER')

/** How many kinds of requests there are. */
export const KINDS = METHODS.length * FLAVORS.length

/** What of a request decides about its kind. */
interface RequestLine {
  readonly method?: string | undefined
  readonly httpVersionMajor: number
  readonly httpVersionMinor: number
}

/** Number of the method and the version of a request, under {@link KINDS}. */
export function kindOf({ method, httpVersionMajor, httpVersionMinor }: RequestLine): number {
  const flavor = httpVersionMajor === 2 ? 2 : httpVersionMinor === 0 ? 0 : 1
  return (INDICES[method as string] ?? OTHER) * FLAVORS.length + flavor
}

/** Labels of a kind. */
export function kindLabels(kind: number): { http_flavor: string; http_method: string } {
  return {
    http_flavor: FLAVORS[kind % FLAVORS.length] as string,
    http_method: METHODS[Math.floor(kind / FLAVORS.length)] as string,
  }
}
