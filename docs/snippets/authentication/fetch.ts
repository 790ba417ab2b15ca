import assert from 'node:assert/strict'

const headers = { 'X-API-Key': 'sk_dev_0123456789abcdef' }

const response = await fetch('http://localhost:8000/api/v1/configs', { headers })

assert.equal(response.status, 200)
