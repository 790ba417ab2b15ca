// Apps that close themselves
export { closing, listening } from './app.ts'

// Databases
export { type DatabaseKind, DATABASES, databaseUrl } from './databases.ts'
export { PostgresServer, startPostgres } from './postgres-server.ts'
export { RedisServer, redisUrl, startRedis } from './redis-server.ts'

// Files
export { temporaryFolder } from './temporary-folder.ts'

// What a service logs
export { captureLog, type LogLine } from './log.ts'

// Requests that no client library would send
export { type RawAnswer, sendRaw } from './raw-http.ts'

// A collector of traces
export { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'

// A network that fails
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

// Commands that run as a process
export {
  type Ended,
  freePort,
  type ProcessOptions,
  RunningProcess,
  runProcess,
  startProcess,
} from './process.ts'
export { type ServiceProcess, startService, typescriptLoader } from './service-process.ts'
