import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AppPath, discoverApps, InvalidAppError, loadApp } from '@chapkit/core'
import { expect, test } from 'vitest'
import { folderOf, manifest } from './apps-support.ts'

const INDEX = { 'index.html': '<p>index</p>' }

function appFolder(members?: object): string {
  return folderOf({ ...INDEX, 'manifest.json': manifest(members) })
}

test('an app has what its manifest says, with nulls and index.html for what it does not say', () => {
  expect(loadApp(appFolder()).entry).toEqual({
    name: 'Dash',
    version: '1.0.0',
    prefix: '/dash',
    description: null,
    author: null,
    entry: 'index.html',
    is_package: false,
  })
  const members = { description: 'A dashboard', author: null, entry: 'index.html' }
  expect(loadApp(appFolder(members)).entry).toMatchObject({ description: 'A dashboard', author: null })
})

test('the prefix that is given replaces that of the manifest, which then need not be valid', () => {
  expect(loadApp(appFolder(), '/other/').entry.prefix).toBe('/other/')
  expect(loadApp(appFolder({ prefix: 'dash' }), '/').entry.prefix).toBe('/')
})

test('a folder may be given as a file: URL, and its manifest may begin with a byte order mark', () => {
  const folder = folderOf({ ...INDEX, 'manifest.json': `\uFEFF${manifest()}` })
  expect(loadApp(pathToFileURL(folder)).entry.name).toBe('Dash')
})

test('an app may come from an installed package', () => {
  const project = folderOf({
    'node_modules/@acme/ui/package.json': '{"name": "@acme/ui", "exports": {}}',
    'node_modules/@acme/ui/dist/manifest.json': manifest(),
    'node_modules/@acme/ui/dist/index.html': '',
    'node_modules/@acme/ui/apps/one/manifest.json': manifest({ prefix: '/one' }),
    'node_modules/@acme/ui/apps/one/index.html': '',
  })
  const before = process.argv
  process.argv = ['node', join(project, 'main.js')]
  try {
    expect(loadApp(['@acme/ui', 'dist']).entry.is_package).toBe(true)
    expect(discoverApps(['@acme/ui', 'apps'])).toMatchObject([
      { entry: { prefix: '/one', is_package: true } },
    ])
  } finally {
    process.argv = before
  }
})

const FAULTS: readonly [what: string, folder: () => AppPath, prefix: string | undefined, says: RegExp][] = [
  ['a missing folder', () => '/nonexistent/app', undefined, /^App directory not found: \/nonexistent\/app$/],
  ['a file', () => '/etc/hostname', undefined, /^App path is not a directory: \/etc\/hostname$/],
  [
    'no manifest',
    () => folderOf(INDEX),
    undefined,
    /^App folder \S+ has no manifest\.json; it holds at least/,
  ],
  [
    'a manifest that is a folder',
    () => folderOf({ 'manifest.json/x': '' }),
    undefined,
    /manifest\.json that cannot be read \(EISDIR\)/,
  ],
  [
    'a manifest that is not JSON',
    () => folderOf({ ...INDEX, 'manifest.json': '{ "name": "Broken",\n' }),
    undefined,
    /^Invalid JSON in manifest\.json: .+ \(\S+manifest\.json\)$/,
  ],
  [
    'a manifest that is no object',
    () => folderOf({ ...INDEX, 'manifest.json': '[]' }),
    '/dash',
    /manifest\.json: must hold a JSON object\. Members: name, version, prefix, description, author, entry\.$/,
  ],
  [
    'an unknown member',
    () => appFolder({ unknown: true }),
    undefined,
    /manifest\.json: unknown member 'unknown'\. Members: name, version, prefix, description, author, entry\.$/,
  ],
  [
    'a missing member',
    () => appFolder({ version: undefined }),
    undefined,
    /member 'version' is missing\. Members: /,
  ],
  ['a member of the wrong type', () => appFolder({ name: 7 }), undefined, /member 'name' must be string\.$/],
  [
    'a prefix without a slash',
    () => appFolder(),
    'dash',
    /^withApp\(\): prefix must start with '\/' \(got 'dash'\)\.$/,
  ],
  ['the prefix /api', () => appFolder(), '/api', /prefix cannot be '\/api' or start with '\/api\/'/],
  [
    'a prefix below /api',
    () => appFolder({ prefix: '/api/x' }),
    undefined,
    /manifest\.json: prefix cannot be '\/api'/,
  ],
  [
    'a prefix with a space',
    () => appFolder(),
    '/a b',
    /prefix must be a plain path such as '\/dash' \(got '\/a b'\)/,
  ],
  ['a prefix with a parameter', () => appFolder(), '/:tenant', /prefix must be a plain path/],
  ['a prefix with ..', () => appFolder(), '/a/../api', /prefix must be a plain path/],
  [
    'an entry that is missing',
    () => appFolder({ entry: 'main.html' }),
    undefined,
    /entry 'main\.html' names no file/,
  ],
  [
    'an entry that is a folder',
    () => folderOf({ 'manifest.json': manifest({ entry: 'a' }), 'a/b': '' }),
    undefined,
    /entry 'a' names no file/,
  ],
  [
    'an entry outside',
    () => appFolder({ entry: '../x.html' }),
    undefined,
    /entry must be a file inside the app's folder/,
  ],
  [
    'an absolute entry',
    () => appFolder({ entry: '/etc/hostname' }),
    undefined,
    /entry must be a file inside the app's folder/,
  ],
  [
    'a package that is not installed',
    () => ['no.such.pkg', 'x'],
    undefined,
    /^Package 'no\.such\.pkg' could not be found; install it/,
  ],
  ['a module of Node.js', () => ['fs', 'x'], undefined, /^Package 'fs' could not be found/],
  [
    'a package name that is a path',
    () => ['../..', 'x'],
    undefined,
    /^Package '\.\.\/\.\.' could not be found/,
  ],
  [
    'a package path with ..',
    () => ['chapkit', '../x'],
    undefined,
    /^subpath cannot contain '\.\.' \(got: \.\.\/x\)$/,
  ],
  [
    'a number',
    () => 7 as never,
    undefined,
    /^An app is given as the path of its folder, or as \[packageName, subpath\]\.$/,
  ],
  ['a list of one', () => ['chapkit'] as never, undefined, /^An app is given as the path/],
]

test.each(FAULTS)('%s is refused with a sentence', (_what, folder, prefix, says) => {
  const load = () => loadApp(folder(), prefix)
  expect(load).toThrow(InvalidAppError)
  expect(load).toThrow(says)
})

test('apps are discovered in the order of their names, and broken ones are left out with a reason', () => {
  const folder = folderOf({
    'b/manifest.json': manifest({ name: 'B' }),
    'b/index.html': '',
    'a/manifest.json': manifest({ name: 'A' }),
    'a/index.html': '',
    'broken/manifest.json': '{',
    'nomanifest/index.html': '',
    'readme.txt': '',
    gone: { link: './nowhere' },
  })
  expect(discoverApps(folder)).toMatchObject([
    { entry: { name: 'A' } },
    { entry: { name: 'B' } },
    { folder: join(folder, 'broken'), skipped: expect.stringContaining('Invalid JSON') },
    { folder: join(folder, 'nomanifest'), skipped: expect.stringContaining('has no manifest.json') },
  ])
})

test('a missing folder of apps is refused', () => {
  expect(() => discoverApps('/nonexistent')).toThrow(/^Apps directory not found: \/nonexistent$/)
})
