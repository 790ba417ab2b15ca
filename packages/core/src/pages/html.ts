/** A piece of HTML, safe to put into a page as it is. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

type Content = Html | string | readonly Html[]

/** Makes HTML of a template. What is put into it is escaped, except for what is {@link Html} already. */
export function html(template: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(String.raw({ raw: template }, ...contents.map(render)))
}

function render(content: Content): string {
  if (typeof content === 'string') return escape(content)
  return content instanceof Html ? content.toString() : content.join('\n')
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
