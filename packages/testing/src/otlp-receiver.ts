import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A span as OTLP has it in JSON. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly {
    readonly name: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  readonly status: { readonly code?: number }
}

/** A collector for tests. */
export type OtlpReceiver = Awaited<ReturnType<typeof startOtlpReceiver>>

/** Starts a collector that keeps what it gets; it is closed when the test ends. */
export async function startOtlpReceiver(answer: 'ok' | 'refuse' | 'silence' = 'ok') {
  const texts: string[] = []
  const headers: unknown[] = []
  const paths: unknown[] = []
  let mode = answer
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      if (mode === 'silence') return
      if (mode === 'ok') texts.push(text)
      headers.push(request.headers)
      paths.push(request.url)
      response.writeHead(mode === 'ok' ? 200 : 400, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    paths,
    become: (next: typeof answer) => void (mode = next),
    /** All that it was sent. */
    text: () => texts.join('\n'),
    spans: () => texts.flatMap(spansIn),
    resources: () =>
      texts.flatMap((text) =>
        (JSON.parse(text) as Export).resourceSpans.map((one) => values(one.resource.attributes)),
      ),
  }
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly Readonly<Record<string, unknown>>[] }[]
  }[]
}

function spansIn(text: string): ReceivedSpan[] {
  const spans = (JSON.parse(text) as Export).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((one) => one.spans),
  )
  return spans.map((span) => ({
    ...(span as unknown as ReceivedSpan),
    attributes: values(span['attributes'] as Attribute[]),
    events: (span['events'] as { name: string; attributes: Attribute[] }[]).map(({ name, attributes }) => ({
      name,
      attributes: values(attributes),
    })),
  }))
}

function values(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
