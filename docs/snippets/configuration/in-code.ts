import { ServiceBuilder, Type } from 'chapkit'

const AppConfig = Type.Object({
  environment: Type.String(),
  debug: Type.Boolean({ default: false }),
})

export async function useConfigs(): Promise<string[]> {
  const app = new ServiceBuilder({ displayName: 'My Service' }).withConfig(AppConfig).build()
  await app.ready()

  // region use
  const data = { environment: 'production', debug: false }

  const created = await app.configs.create({ name: 'production', data }) // conflict where the name is taken
  await app.configs.save({ name: 'production', data: { ...data, debug: true } }) // creates, or replaces
  await app.configs.replace(created.id, { name: 'live', data }) // not-found where there is none

  const byId = await app.configs.findById(created.id) // undefined where there is none
  const byName = await app.configs.findByName('live')
  const all = await app.configs.list()
  const { items, total } = await app.configs.page(1, 20)

  const wasThere = await app.configs.delete(created.id)
  // endregion use

  await app.close()
  return [byId?.name, byName?.name, all.length, items.length, total, wasThere].map(String)
}
