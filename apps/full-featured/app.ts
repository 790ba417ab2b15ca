import { fileURLToPath } from 'node:url'
import { ServiceBuilder, Type } from 'chapkit'
import { keySource } from './api-keys.ts'
import { experiments } from './experiments.ts'

/** Without DATABASE_URL, data is kept in files beside this one. */
const { DATABASE_URL = 'sqlite:full-featured.db', CONTENT_DIR = 'contents' } = process.env

/** What a config of this service holds. */
const ModelConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
  workers: Type.Integer({ minimum: 1, maximum: 64, default: 1 }),
  threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  tags: Type.Array(Type.String(), { default: [] }),
})

export const service = new ServiceBuilder({
  displayName: 'Full-featured service',
  summary: 'Everything there is, in one service',
  contact: { name: 'The operators', email: 'operators@example.org' },
  licenseInfo: { name: 'MIT' },
})
  .withLogging()
  .withMonitoring()
  .withRateLimit({ limit: '100000/m' })
  .withCors({ origin: 'https://app.example.org' })
  .withAuth(keySource())
  .withDatabase(DATABASE_URL)
  .withConfig(ModelConfig)
  .withArtifacts({
    hierarchy: { name: 'ml_pipeline', levelLabels: { 0: 'model', 1: 'prediction' } },
    enableConfigLinking: true,
    contentDir: CONTENT_DIR,
  })
  .with(experiments)
  .withHealth()
  .withSystem()
  .withApp(fileURLToPath(new URL('status-page', import.meta.url)))
  .withLandingPage()

export default service.plugin()
export const options = service.options()
