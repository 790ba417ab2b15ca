/** A static app as `GET /api/v1/system/apps` lists it. */
export interface AppManifestEntry {
  readonly name: string
  readonly version: string
  readonly prefix: string
  readonly description: string | null
  readonly author: string | null
  readonly entry: string
  readonly is_package: boolean
}
