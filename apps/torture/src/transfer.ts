import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

export const MEBIBYTE = 1_048_576

/** A content of that many MiB, of which no two are the same; it is made while it is read. */
export function* largeContent(mebibytes: number): Generator<Buffer> {
  const block = randomBytes(MEBIBYTE)
  for (let number = 0; number < mebibytes; number++) {
    block.writeUInt32BE(number)
    yield Buffer.from(block)
  }
}

/** Sends a content, and gives the SHA-256 of what was sent and what the service says that it got. */
export async function upload(url: string, content: Iterable<Buffer>): Promise<{ sent: string; got: string }> {
  const hash = createHash('sha256')
  const sending = request(url, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' } })
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>
  for (const block of content) {
    hash.update(block)
    await write(sending, block)
  }
  sending.end()
  const [response] = await answered
  const text = (await response.setEncoding('utf8').toArray()).join('')
  if (response.statusCode !== 200) throw new Error(`PUT was answered ${response.statusCode} ${text}`)
  return { sent: hash.digest('hex'), got: (JSON.parse(text) as { sha256: string }).sha256 }
}

/** Begins to send a content, and stays in the middle of it. */
export async function uploadInPart(url: string, content: Iterable<Buffer>): Promise<ClientRequest> {
  const sending = request(url, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' } })
  // Somebody will end it.
  sending.on('error', () => undefined)
  for (const block of content) await write(sending, block)
  return sending
}

/** The SHA-256 of what is downloaded. */
export async function download(url: string): Promise<string> {
  const getting = request(url).end()
  const [response] = (await once(getting, 'response')) as [IncomingMessage]
  const hash = createHash('sha256')
  for await (const block of response) hash.update(block as Buffer)
  return hash.digest('hex')
}

async function write(sending: ClientRequest, block: Buffer): Promise<void> {
  if (!sending.write(block)) await once(sending, 'drain')
}
