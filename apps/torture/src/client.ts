import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** An answer that arrived whole. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** The connection ended before the answer was there: nobody knows what became of the request. */
export class ConnectionLost extends Error {}

/** A request that nobody answers for so long hangs. */
const PATIENCE = 20_000

/** A client with one socket of its own. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  /**
   * @param body - Bytes as they are, anything else as JSON.
   * @throws ConnectionLost, or another error when no answer comes.
   */
  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const payload = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const type = Buffer.isBuffer(body) ? 'text/plain' : 'application/json'
    return new Promise((resolve, reject) => {
      const sent = request(`${this.#origin}${path}`, {
        method,
        agent: this.#agent,
        headers: { ...headers, ...(payload !== undefined && { 'content-type': type }) },
        signal: AbortSignal.timeout(PATIENCE),
      })
      const lost = (error: Error): void =>
        reject(
          error.name === 'TimeoutError' || error.name === 'AbortError'
            ? new Error(`${method} ${path} was not answered.`)
            : new ConnectionLost(error.message),
        )
      sent.on('error', lost)
      sent.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('error', lost)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        )
      })
      sent.end(payload)
    })
  }

  /** Sends it and reads the answer as JSON; throws, with the answer, when the status is another one. */
  async ask<Body>(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) {
    const answer = await this.send(method, path, body, headers)
    if (answer.status !== status) throw new Error(`${method} ${path}: ${quote(answer)}`)
    return JSON.parse(answer.text) as Body
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** An answer for an error text. */
export function quote({ status, text }: Answer): string {
  return `${status} ${text.slice(0, 300)}`
}
