import { type Static, Type } from 'typebox'
import { complete, faultsOf, type SchemaFault } from '../check-schema.ts'
import { InvalidAppError } from '../errors.ts'

const Text = Type.String({ minLength: 1 })

const ManifestSchema = Type.Object(
  {
    name: Text,
    version: Text,
    prefix: Type.String(),
    description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    author: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    entry: Type.String({ default: 'index.html' }),
  },
  { additionalProperties: false },
)

/** What a static app's manifest.json says. */
export type Manifest = Static<typeof ManifestSchema>

/** A static app as `GET /api/v1/system/apps` lists it. */
export const AppManifestEntrySchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  prefix: Type.String({ description: 'Path at which the app is served' }),
  description: Type.Union([Type.String(), Type.Null()]),
  author: Type.Union([Type.String(), Type.Null()]),
  entry: Type.String({ description: 'File that is sent for the prefix' }),
  is_package: Type.Boolean({ description: 'Whether its files come from an installed package' }),
})

/** A static app as `GET /api/v1/system/apps` lists it. */
export type AppManifestEntry = Readonly<Static<typeof AppManifestEntrySchema>>

/**
 * Checks a manifest.json.
 *
 * @param text - What the file holds.
 * @param prefix - Serves the app there instead of at the manifest's prefix.
 * @param file - Path of the file, for the error text.
 * @throws CHAPKIT_ERR_INVALID_APP that names the member and what it must be.
 */
export function parseManifest(text: string, prefix: string | undefined, file: string): Manifest {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new InvalidAppError(`Invalid JSON in manifest.json: ${(error as SyntaxError).message} (${file})`)
  }
  const overridden = prefix === undefined || !isObject(json) ? json : { ...json, prefix }
  const manifest = complete(ManifestSchema, overridden)
  const [fault] = faultsOf(ManifestSchema, manifest)
  if (fault) throw new InvalidAppError(`${file}: ${describe(fault)}`)
  const valid = manifest as Manifest
  checkPrefix(valid.prefix, prefix === undefined ? file : 'withApp()')
  if (hasDotSegment(valid.entry) || !/^[^/\\]+(\/[^/\\]+)*$/.test(valid.entry)) {
    throw new InvalidAppError(`${file}: entry must be a file inside the app's folder (got '${valid.entry}').`)
  }
  return valid
}

function checkPrefix(prefix: string, where: string): void {
  if (!prefix.startsWith('/')) {
    throw new InvalidAppError(`${where}: prefix must start with '/' (got '${prefix}').`)
  }
  if (/^\/api(\/|$)/.test(prefix)) {
    throw new InvalidAppError(
      `${where}: prefix cannot be '/api' or start with '/api/', where the routes of the service are (got '${prefix}').`,
    )
  }
  if (hasDotSegment(prefix) || !/^\/([^/\s?#%:*\\]+\/)*[^/\s?#%:*\\]*$/.test(prefix)) {
    throw new InvalidAppError(`${where}: prefix must be a plain path such as '/dash' (got '${prefix}').`)
  }
}

function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => segment === '.' || segment === '..')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe({ keyword, params, instancePath, message }: SchemaFault): string {
  const members = `Members: ${Object.keys(ManifestSchema.properties).join(', ')}.`
  if (keyword === 'additionalProperties') {
    return `unknown member '${params.additionalProperties.join("', '")}'. ${members}`
  }
  if (keyword === 'required') {
    return `member '${params.requiredProperties.join("', '")}' is missing. ${members}`
  }
  return instancePath === ''
    ? `must hold a JSON object. ${members}`
    : `member '${instancePath.slice(1)}' ${message}.`
}
