import { run } from 'chapkit'
import { developmentKey } from './api-keys.ts'
import { service } from './app.ts'

const { listeningOrigin: origin } = await run(service)
if (developmentKey !== undefined) {
  console.log(`\nDocs: ${origin}/docs\nAPI key of this run: ${developmentKey}\n`)
}
