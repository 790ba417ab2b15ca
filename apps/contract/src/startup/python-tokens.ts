const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|(-?\d+(?:\.\d+)?)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([[\](){}.,:=]))/y
/** A word of Python. Strings are without their quotes and escapes. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'mark' | 'end'
  readonly text: string
}

/**
 * Splits an expression into words, the last of which is the end.
 *
 * @throws SyntaxError at what is none.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.trimEnd().length) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (!match) throw new SyntaxError(`Python that is not understood: ${text.slice(at)}`)
    const [, name, number, single, double, mark] = match
    if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark })
    else tokens.push({ kind: 'string', text: unescape(single ?? double ?? '') })
    at = TOKEN.lastIndex
  }
  return [...tokens, { kind: 'end', text: '' }]
}

function unescape(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
  return text.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character)
}
