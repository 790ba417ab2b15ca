import { defineEntity, run, ServiceBuilder, Type } from 'chapkit'

const notes = defineEntity({
  name: 'note',
  table: 'notes',
  schema: Type.Object({ text: Type.String() }),
})

await run(new ServiceBuilder({ displayName: 'Notes' }).withLogging().with(notes))
