import { runProcess } from '@chapkit/testing'
import { expect } from 'vitest'
import { comparable } from './answers.ts'
import { readText, root, snippetText } from './pages.ts'

/** An answer as `curl -i` shows it. */
export interface Exchange {
  readonly status: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/**
 * Runs a part of a shell script of the docs, whose curl has `-i`, against a service.
 *
 * @param values - What the script shows, and what it is to be now: entity tags differ from run to run.
 * @param cwd - Folder of the files that the script reads.
 */
export async function exchange(
  file: string,
  region: string | undefined,
  origin: string,
  values: Readonly<Record<string, string>> = {},
  cwd = root,
): Promise<Exchange> {
  let script = (snippetText({ file, region }) ?? '').replaceAll('localhost:8000', new URL(origin).host)
  for (const [shown, value] of Object.entries(values)) script = script.replaceAll(shown, value)
  const { stdout, stderr, code } = await runProcess(
    ['bash', '-euc', script.replaceAll(/^curl/gm, 'curl -sS')],
    {
      cwd,
    },
  )
  if (code !== 0) throw new Error(stderr)
  // A large body is announced first (RFC 9110, section 10.1.1).
  const answer = stdout.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
  return parse(answer.replaceAll(new URL(origin).host, 'localhost:8000'))
}

/** Compares a real answer with the one that the docs show, which leaves headers out. */
export function expectExchange(actual: Exchange, file: string): void {
  const shown = parse(readText(`docs/snippets/${file}`))
  expect(actual.status).toBe(shown.status)
  for (const [name, value] of shown.headers) {
    expect([name, withoutIds(actual.headers.get(name) ?? '')]).toEqual([name, withoutIds(value)])
  }
  if (!shown.body.startsWith('{') && !shown.body.startsWith('[')) expect(actual.body).toBe(shown.body)
  else expect(comparable(JSON.parse(actual.body))).toEqual(comparable(JSON.parse(shown.body)))
}

function parse(text: string): Exchange {
  const [head = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n\n')
  const [status = '', ...lines] = head.trim().split('\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { status, headers: new Map(headers), body: rest.join('\n\n').trim() }
}

function withoutIds(text: string): string {
  return text.replaceAll(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, '<ulid>')
}
