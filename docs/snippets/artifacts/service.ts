import { ServiceBuilder, Type } from 'chapkit'

const TrainingConfig = Type.Object({ epochs: Type.Integer({ minimum: 1 }) })

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withDatabase('sqlite:my-service.db')
  .withConfig(TrainingConfig)
  // region with
  .withArtifacts({
    hierarchy: { name: 'ml_pipeline', levelLabels: { 0: 'model', 1: 'prediction' } },
    enableConfigLinking: true,
    contentDir: 'contents',
  })
// endregion with
