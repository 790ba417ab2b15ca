import { type Static, Type } from 'typebox'
import { parseOptions } from './parse-options.ts'

const ContactSchema = Type.Object({
  name: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
})

const LicenseSchema = Type.Object({
  name: Type.String(),
  identifier: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
})

const ServiceInfoSchema = Type.Object({
  displayName: Type.String({ minLength: 1 }),
  version: Type.String({ minLength: 1, default: '1.0.0' }),
  summary: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  contact: Type.Optional(ContactSchema),
  licenseInfo: Type.Optional(LicenseSchema),
})

/**
 * Who a service is: shown by `GET /api/v1/info`, the docs pages and the landing page.
 * Further members of the user's own are kept, and shown in snake_case:
 *
 *     interface MyInfo extends ServiceInfo { organization: string }
 */
export interface ServiceInfo {
  /** Name for people. Required. */
  readonly displayName: string
  /** Version of the service. Default: `1.0.0`. */
  readonly version?: string
  /** One sentence. Default: none (`null` on the wire). */
  readonly summary?: string
  /** Longer text. Default: the summary. */
  readonly description?: string
  /** Who to ask. */
  readonly contact?: Static<typeof ContactSchema>
  /** License of the service, with the members of OpenAPI's license object. */
  readonly licenseInfo?: Static<typeof LicenseSchema>
}

/** The service's info as it goes over the wire: snake_case, with nulls for what is not known. */
export interface WireServiceInfo {
  readonly display_name: string
  readonly version: string
  readonly summary: string | null
  readonly description: string | null
  readonly contact: Static<typeof ContactSchema> | null
  readonly license_info: Static<typeof LicenseSchema> | null
  readonly [extra: string]: unknown
}

/**
 * Checks the info of a service and gives its wire form.
 *
 * @throws CHAPKIT_ERR_INVALID_OPTION when `displayName` is missing or a member is of the wrong type.
 */
export function parseServiceInfo(info: ServiceInfo): WireServiceInfo {
  const { displayName, version, summary, description, contact, licenseInfo, ...extra } = parseOptions(
    ServiceInfoSchema,
    info,
    'new ServiceBuilder(info)',
  )
  return Object.freeze({
    display_name: displayName,
    version,
    summary: summary ?? null,
    description: description ?? summary ?? null,
    contact: contact ?? null,
    license_info: licenseInfo ?? null,
    ...Object.fromEntries(Object.entries(extra).map(([name, value]) => [toSnakeCase(name), value])),
  })
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
