import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

/** Text of a file of this app. */
export function readFile(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
}

/** The documents of a YAML file of this app; fails on what YAML itself warns of. */
export function readYaml(path: string) {
  return parseAllDocuments(readFile(path)).map((document) => {
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) throw fault
    return document.toJS()
  })
}
