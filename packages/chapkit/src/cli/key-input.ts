import { hasValidChecksum, isGeneratedKey } from '@chapkit/auth'
import { CommandFailure } from './failure.ts'

/** Reads one key from standard input. */
export async function keyFromInput(command: string): Promise<string> {
  if (process.stdin.isTTY) tell('Paste the key, and press Enter and then Ctrl+D.')
  let text = ''
  for await (const part of process.stdin.setEncoding('utf8')) text += String(part)
  return oneKey(text, `keys ${command}: standard input`)
}

/** The key in a text, without the white space around it. */
export function oneKey(text: string, place: string): string {
  const key = text.trim()
  if (key === '') throw new CommandFailure(`${place} holds no key.`)
  if (/[\r\n]/.test(key)) throw new CommandFailure(`${place} holds more than one line; give one key.`)
  return key
}

/** What the checksum of a key says. */
export function checksumOf(key: string): 'right' | 'wrong' | 'none' {
  if (!isGeneratedKey(key)) return 'none'
  return hasValidChecksum(key) ? 'right' : 'wrong'
}

/** Writes a line to standard error: standard output is for keys and tables. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Writes a line to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
