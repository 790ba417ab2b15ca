/** A row of `artifact_contents`: bytes at hand, or the name of their file. */
export interface ContentRow {
  artifact_id: string
  bytes: Uint8Array | null
  file: string | null
}

/** Tables of the module that are no entities, for Kysely. */
export interface ArtifactTables {
  artifact_contents: ContentRow
  artifact_links: { artifact_id: string; config_id: string }
  artifact_folder_owner: { id: string }
}
