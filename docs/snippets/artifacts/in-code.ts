import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ServiceBuilder, Type } from 'chapkit'

const TrainingConfig = Type.Object({ epochs: Type.Integer({ minimum: 1 }) })

export async function useArtifacts(file: string, copy: string): Promise<unknown[]> {
  const app = new ServiceBuilder({ displayName: 'My Service' })
    .withConfig(TrainingConfig)
    .withArtifacts({ enableConfigLinking: true })
    .build()
  await app.ready()
  const config = await app.configs.create({ name: 'nightly', data: { epochs: 20 } })

  // region use
  const model = await app.artifacts.create({ data: { accuracy: 0.93 } })
  const prediction = await app.artifacts.create({ data: [1, 2, 3], parentId: model.id })
  const tree = await app.artifacts.tree(model.id) // with all that is below it
  await app.artifacts.replace(prediction.id, { data: [1, 2, 3], parentId: null }) // moves it

  await app.artifacts.link(config.id, model.id)
  const linked = await app.artifacts.findConfig(model.id) // of the root above it, or its own

  const { size, sha256 } = await app.artifacts.writeContent(model.id, createReadStream(file), {
    mediaType: 'text/csv',
  })
  const content = await app.artifacts.readContent(model.id) // undefined where there is none
  if (content) await pipeline(content.stream, createWriteStream(copy))
  // endregion use

  await app.close()
  return [tree?.children.length, linked?.name, size, sha256]
}
