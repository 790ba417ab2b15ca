import type { HealthCheck } from 'chapkit'

export const healthy: HealthCheck = () => ({ state: 'healthy' })
export const fine: HealthCheck = () => ({ state: 'healthy', message: 'all fine' })
export const slow: HealthCheck = () => ({ state: 'degraded', message: 'slow' })
export const down: HealthCheck = () => ({ state: 'unhealthy', message: 'down' })
export const exploding: HealthCheck = () => {
  throw new Error('check exploded')
}
