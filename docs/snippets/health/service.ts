import { statfs } from 'node:fs/promises'
import { type HealthCheck, ServiceBuilder } from 'chapkit'

// region checks
const disk: HealthCheck = async () => {
  const { bavail, blocks } = await statfs('.')
  const free = bavail / blocks
  if (free < 0.01) return { state: 'unhealthy', message: 'The disk is full.' }
  return free < 0.1
    ? { state: 'degraded', message: 'Under 10 % of the disk are free.' }
    : { state: 'healthy' }
}

const upstream: HealthCheck = async () => {
  const answer = await fetch('http://upstream:8000/health/live', { signal: AbortSignal.timeout(1000) })
  return { state: answer.ok ? 'healthy' : 'unhealthy' }
}

export const service = new ServiceBuilder({ displayName: 'My Service' })
  .withDatabase()
  .withHealth({ checks: { disk, upstream } })
// endregion checks
