import { run, ServiceBuilder, Type } from 'chapkit'

const Document = Type.Object({ key: Type.String(), serial: Type.Integer(), text: Type.String() })

/** The service that is tortured. DATABASE_URL and CONTENT_DIR say where it keeps its data. */
const service = new ServiceBuilder({ displayName: 'Tortured' })
  .withDatabase()
  .withConfig(Document)
  // Small, so that some contents are in the database and some are files.
  .withArtifacts({ contentDir: process.env['CONTENT_DIR'] ?? 'content', inlineContentSize: 2048 })
  .withHealth()

await run(service)
