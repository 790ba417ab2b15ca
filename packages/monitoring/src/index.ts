// The module
export { type Monitoring, monitoring } from './module.ts'
export type { MonitoringOptions, TraceOptions } from './options.ts'
