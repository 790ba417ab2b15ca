import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Folder of the docs site. */
export const docs = join(root, 'docs')

/** Text of a file, by its path from the root of the repository. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Paths, from the root, of the files in a folder whose names end in one of these. */
export function filesIn(folder: string, ...endings: readonly string[]): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|dist|cache)\//.test(path))
    .toSorted()
}

/** Pages of the site, without the one that the benchmark writes. */
export const pages = filesIn('docs', '.md').filter((path) => path !== 'docs/benchmarks.md')

/** READMEs whose code is checked here; the commands of these two apps are run by tests of their own. */
export const readmes = ['README.md', ...filesIn('apps', 'README.md')].filter(
  (path) => !/^apps\/(?:bench|contract)\//.test(path),
)

/** A place where a page or a README takes code from a file. */
export interface SnippetImport {
  /** Page that takes it. */
  readonly page: string
  /** File that it is taken from, by its path from the root. */
  readonly file: string
  /** Part of the file; the whole file without one. */
  readonly region: string | undefined
}

/** The snippet imports of a page: `<<< @/snippets/file.ts#region`. */
export function snippetImports(page: string): SnippetImport[] {
  return [...readText(page).matchAll(/^\s*<<< @\/([^\s#{[]+)(?:#([\w-]+))?/gm)].map(
    ([, path = '', region]) => ({
      page,
      file: relative(root, resolve(docs, path)),
      region,
    }),
  )
}

/** A fenced block of a README, and the file that the comment before it names. */
export interface Block {
  readonly page: string
  readonly text: string
  readonly source: SnippetImport | undefined
}

/** The fenced blocks of a README. The comment before one says where it is from: `<!-- from app.ts#region -->`. */
export function blocks(page: string): Block[] {
  const fences = readText(page).matchAll(
    /^(?:<!-- from ([^\s#]+)(?:#([\w-]+))? -->\n\n?)?```\w*\n([\s\S]*?)^```$/gm,
  )
  return [...fences].map(([, path, region, text = '']) => ({
    page,
    text,
    source: path === undefined ? undefined : { page, file: join(dirname(page), path), region },
  }))
}

/** The text that an import shows; undefined when the file or the region is not there. */
export function snippetText({ file, region }: Pick<SnippetImport, 'file' | 'region'>): string | undefined {
  if (!existsSync(join(root, file))) return undefined
  const text = readText(file)
  if (region === undefined) return text
  const marker = (word: string) => new RegExp(`^\\s*(?://|#|<!--) ?#?${word} ${region}(?: -->)?$`)
  const lines = text.split('\n')
  const start = lines.findIndex((line) => marker('region').test(line))
  const end = lines.findIndex((line) => marker('endregion').test(line))
  return start < 0 || end < start ? undefined : dedent(lines.slice(start + 1, end))
}

function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const indent = Math.min(...indents)
  return lines.map((line) => `${line.slice(indent)}\n`).join('')
}
