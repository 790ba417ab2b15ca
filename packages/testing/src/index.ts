// Apps that close themselves
export { closing, listening } from './app.ts'

// What a service logs
export { captureLog, type LogLine } from './log.ts'

// Requests that no client library would send
export { type RawAnswer, sendRaw } from './raw-http.ts'
