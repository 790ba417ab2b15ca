import assert from 'node:assert/strict'
import { Pool } from 'undici'

const headers = { 'X-API-Key': 'sk_dev_0123456789abcdef' }
const service = new Pool('http://localhost:8000', { connections: 10 })

const { statusCode, body } = await service.request({ method: 'GET', path: '/api/v1/configs', headers })
console.log(await body.json())

assert.equal(statusCode, 200)
await service.close()
