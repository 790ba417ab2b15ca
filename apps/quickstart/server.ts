import { run } from 'chapkit'
import { service } from './app.ts'
import { keyForShell } from './development-key.ts'

const { listeningOrigin: origin } = await run(service)
const key = keyForShell()
// Names of configs are unique, and this line has to work after a restart, too.
const name = `config-${Date.now()}`

console.log(`
The quick start listens on ${origin}

  Landing page   ${origin}/
  API docs       ${origin}/docs
  API key        ${key}

List the configs:

  curl -H "X-API-Key: ${key}" ${origin}/api/v1/configs

Make one, which is still there after a restart:

  curl -H "X-API-Key: ${key}" -H "Content-Type: application/json" -d '{"name": "${name}", "data": {"environment": "dev"}}' ${origin}/api/v1/configs
`)
