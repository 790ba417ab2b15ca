import { basename } from 'node:path'

/*
 * The original's texts of errors are in part those of its libraries, and its advice is in Python. Ours are our own
 * words, and must name the same thing: what a rule gives for a recorded text is what our text must match.
 */

interface Rule {
  readonly recorded: RegExp
  readonly ours: (match: readonly string[]) => readonly (RegExp | string)[]
}

const RULES: readonly Rule[] = [
  // The guide has both, and the second says more when the variable is there but empty.
  { recorded: /^No API keys configured/, ours: () => [/^No API keys (configured|found)/] },
  { recorded: /codec can't decode/, ours: () => [/UTF-8/] },
  // A pydantic error: first line, then the member, then what is wrong with it.
  { recorded: /^\d+ validation errors? for \w+\n(\w+)/, ours: ([, member = '']) => [camelOrSnake(member)] },
  { recorded: /^Health check name '(.*)' contains/, ours: ([, name = '']) => [/health/i, name] },
  { recorded: /^Invalid JSON in manifest\.json/, ours: () => ['manifest.json', 'JSON'] },
  { recorded: /^manifest\.json not found/, ours: () => ['manifest.json'] },
  { recorded: /^App path is not a directory: (.*)/, ours: ([, path = '']) => [path, /folder|directory/] },
  { recorded: /^Apps directory not found: (.*)/, ours: ([, path = '']) => [path, /folder|directory/] },
  { recorded: /^Package '(.*)' could not be found/, ours: ([, name = '']) => [name] },
  {
    recorded: /^Artifact config-linking requires a config/,
    ours: () => ['withArtifacts()', 'missing: withConfig()'],
  },
  { recorded: /^subpath cannot contain '\.\.'/, ours: () => ['..'] },
]

/**
 * Whether our text of an error says what the recorded one says: by a rule; or else by having its first sentence; or by
 * naming all that it names, in quotes or as a path.
 */
export function saysTheSame(recorded: string, ours: string): boolean {
  for (const rule of RULES) {
    const match = rule.recorded.exec(recorded)
    if (!match) continue
    return rule
      .ours(match)
      .every((part) => (typeof part === 'string' ? ours.includes(part) : part.test(ours)))
  }
  const [sentence = recorded] = /^.*?\.(?=\s|$)/s.exec(recorded) ?? []
  if (ours.includes(sentence.replace(/\.$/, ''))) return true
  const named = [...recorded.matchAll(/'([^']+)'|(?<=[:\s])(\/[^\s')]+)/g)].map(
    ([, quoted, path]) => quoted ?? path ?? '',
  )
  return named.length > 0 && named.every((subject) => ours.includes(basename(subject)))
}

function camelOrSnake(member: string): RegExp {
  return new RegExp(member.replaceAll('_', '_?'), 'i')
}
