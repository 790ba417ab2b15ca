import { type Token, tokenize } from './python-tokens.ts'

/*
 * The start-up cases of the builder are expressions in Python: names, literals, calls with positional and keyword
 * arguments, attributes. This reads them, and nothing more of that language.
 */

/** A Python expression. */
export type Expression =
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | {
      readonly kind: 'call'
      readonly callee: Expression
      readonly args: readonly Expression[]
      readonly named: Readonly<Record<string, Expression>>
    }

const CONSTANTS = new Map<string, boolean | null>([
  ['None', null],
  ['True', true],
  ['False', false],
])

/**
 * Reads one expression.
 *
 * @throws SyntaxError at what it does not understand.
 */
export function parsePython(text: string): Expression {
  const parser = new Parser(tokenize(text))
  const expression = parser.expression()
  parser.expect('end', '')
  return expression
}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  expression(): Expression {
    let left = this.#primary()
    for (;;) {
      if (this.#take('.')) left = { kind: 'attribute', of: left, name: this.expect('name').text }
      else if (this.#take('(')) left = this.#call(left)
      else return left
    }
  }

  expect(kind: Token['kind'], text?: string): Token {
    const token = this.#next()
    if (token.kind !== kind || (text !== undefined && token.text !== text))
      throw new SyntaxError(
        `Python that is not understood: '${token.text}' where ${text ?? `a ${kind}`} is due`,
      )
    return token
  }

  #primary(): Expression {
    const token = this.#next()
    if (token.kind === 'string') return { kind: 'value', value: token.text }
    if (token.kind === 'number') return { kind: 'value', value: Number(token.text) }
    if (token.kind === 'name') {
      const constant = CONSTANTS.get(token.text)
      return constant === undefined ? { kind: 'name', name: token.text } : { kind: 'value', value: constant }
    }
    if (token.text === '[') return { kind: 'list', items: this.#items(']') }
    if (token.text === '(') return this.#group()
    if (token.text === '{') return { kind: 'dict', entries: this.#entries() }
    throw new SyntaxError(`Python that is not understood: '${token.text}'`)
  }

  /** One expression in parentheses, or a tuple when there is a comma. */
  #group(): Expression {
    const from = this.#at
    const items = this.#items(')')
    const [only] = items
    const hasComma = this.#tokens.slice(from, this.#at).at(-2)?.text === ','
    return only && items.length === 1 && !hasComma ? only : { kind: 'list', items }
  }

  #items(end: string): Expression[] {
    const items: Expression[] = []
    while (!this.#take(end)) {
      items.push(this.expression())
      if (!this.#take(',') && this.#peek().text !== end) this.expect('mark', end)
    }
    return items
  }

  #entries(): [Expression, Expression][] {
    const entries: [Expression, Expression][] = []
    while (!this.#take('}')) {
      const key = this.expression()
      this.expect('mark', ':')
      entries.push([key, this.expression()])
      if (!this.#take(',') && this.#peek().text !== '}') this.expect('mark', '}')
    }
    return entries
  }

  #call(callee: Expression): Expression {
    const args: Expression[] = []
    const named: Record<string, Expression> = {}
    while (!this.#take(')')) {
      const argument = this.expression()
      if (argument.kind === 'name' && this.#take('=')) named[argument.name] = this.expression()
      else args.push(argument)
      if (!this.#take(',') && this.#peek().text !== ')') this.expect('mark', ')')
    }
    return { kind: 'call', callee, args, named }
  }

  #take(mark: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'mark' || token.text !== mark) return false
    this.#at++
    return true
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }
}
