/**
 * A name of a kind of entities in a sentence: `a product`, `an experiment`.
 *
 * @param article - `A` at the beginning of a sentence. Default: `a`.
 */
export function withArticle(name: string, article: 'a' | 'A' = 'a'): string {
  return `${article}${/^[aeiou]/.test(name) ? 'n' : ''} ${name}`
}
