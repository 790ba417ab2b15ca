import { expect, test } from 'vitest'
import { blocks, filesIn, pages, readmes, readText, snippetImports, snippetText } from './helpers/pages.ts'

const imports = pages.flatMap(snippetImports)
const readmeBlocks = readmes.flatMap(blocks)
const sources = [...imports, ...readmeBlocks.flatMap(({ source }) => source ?? [])]

const testTexts = new Map<string, string>()

/** Text of the tests of a folder (`docs`, `apps/quickstart`), and of the files that they start as processes. It is read once. */
function testsOf(folder: string): string {
  const text = testTexts.get(folder) ?? readTests(folder)
  testTexts.set(folder, text)
  return text
}

function readTests(folder: string): string {
  const started = folder.startsWith('apps/')
    ? filesIn(folder, '.ts').filter((path) => /\/server[\w-]*\.ts$/.test(path))
    : []
  return [...filesIn(`${folder}/test`, '.test.ts'), ...started].map(readText).join('\n')
}

test('pages hold no code of their own: every block is taken from a file', () => {
  expect(imports.length).toBeGreaterThan(40)
  const own = pages.filter((page) =>
    /^\s*(?:```|~~~)|^(?: {4}|\t)(?!-)\S/m.test(withoutFrontmatter(readText(page))),
  )
  expect(own).toEqual([])
})

test('every snippet import names a file and a part that are there', () => {
  expect(sources.filter((source) => snippetText(source) === undefined)).toEqual([])
})

test('every block of a README is what its file holds', () => {
  expect(readmeBlocks.length).toBeGreaterThan(10)
  for (const { page, text, source } of readmeBlocks) {
    expect(text, `${page}, after <!-- from ${source?.file} -->`).toBe(source && snippetText(source))
  }
})

test('every file that code is taken from is named by a test', () => {
  const shown = new Set([...sources.map(({ file }) => file), ...filesIn('docs/snippets', '')])
  const untested = [...shown].filter((file) => {
    const [kind = '', name = '', ...rest] = file.split('/')
    const folder = kind === 'docs' ? 'docs' : `${kind}/${name}`
    const path = rest.join('/').replace(/^test\//, '')
    return !testsOf(folder).includes(path) && !testsOf('docs').includes(file)
  })
  expect(untested).toEqual([])
})

function withoutFrontmatter(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, '')
}
