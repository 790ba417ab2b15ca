import express from 'express'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { keysOf, type Contender } from '../contenders.ts'
import { createKeyCheck } from './key-check.ts'

export async function start(contender: Contender): Promise<number> {
  const isKey = createKeyCheck(keysOf(contender))
  const app = express()
  app.use((request, response, next) => {
    if (isKey(request.headers['x-api-key'])) next()
    else response.status(401).json({ message: 'Invalid API key' })
  })
  app.get('/hello', (_request, response) => {
    response.json({ message: 'hello' })
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
