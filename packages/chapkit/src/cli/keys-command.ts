import { API_KEY_PATTERN } from '@chapkit/auth'
import type { Command } from 'commander'
import { generate, hash, type KeysOptions, list, revoke, rotate, verify } from './keys.ts'

const EPILOG = `
A key is printed once, on standard output, where nothing else is: all else is on standard error. A file of keys is JSON and
holds their hashes; a service reads it with withAuth({ apiKeyFile }) or CHAPKIT_API_KEY_FILE, and takes over what changes
within 2 seconds. Keys of a database are those of withAuth({ store: databaseKeys() }); DATABASE_URL is not looked at.

Exit codes: 0 done; 2 it could not be done, and standard error says why. verify alone: 0 when the key is good, 1 when it is
not.`

/** Adds `chapkit keys generate|hash|verify|list|rotate|revoke`; `ended` is told the exit code. */
export function addKeys(chapkit: Command, ended: (code: number) => void): void {
  const keys = chapkit.command('keys').description('Make API keys, and manage the files that hold them.')
  keys.configureOutput({ outputError: (text, write) => write(withoutKeys(text)) })

  const add = (name: string, description: string) =>
    keys.command(name).description(description).addHelpText('after', EPILOG)
  const withPlace = (command: Command, purpose: string) =>
    command
      .option('--file <file>', `key file: ${purpose}`)
      .option('--database <url>', 'database, in place of a file: sqlite:data.db or postgres://…')
  const withDetails = (command: Command) =>
    command
      .option('--env <name>', "what stands in the key after 'sk_': prod, staging, dev")
      .option('--id <id>', 'name for logs and metrics (default: a ULID)')
      .option(
        '--expires <when>',
        'how long it is valid, such as 90d or 12h, or until when: 2027-01-31T12:00:00Z',
      )

  withPlace(
    withDetails(add('generate', 'make a key, print it, and add its hash to a key file or a database'))
      .option('--name <text>', 'what people call it')
      .option(
        '--scope <scope...>',
        'what it may do: configs:read, configs:*; again for more (default: everything)',
      )
      .option('--rate <limit>', 'its own rate limit: 100/m, 5/s, 10000/h')
      .option(
        '--allow-from <network...>',
        'address or network that it may come from; again for more (default: any)',
      ),
    'is made if it is not there',
  ).action(async (options: KeysOptions) => ended(await generate(options)))

  add('hash', 'print what stands for a key in a key file: the key comes on standard input')
    .argument('[key]', 'the key; better not here, since the shell and the list of processes show it')
    .action(async (key: string | undefined) => ended(await hash(key)))

  withPlace(
    add('verify', 'tell whether a key on standard input is whole, and in a key file and valid'),
    'the key must be there, and valid now',
  ).action(async (options: KeysOptions) => ended(await verify(options)))

  withPlace(add('list', 'list keys; never what they are'), 'whose keys are listed').action(
    async (options: KeysOptions) => ended(await list(options)),
  )

  withPlace(
    withDetails(add('rotate', 'make a new key that may do what an old one may, which ends after a while'))
      .argument('<id>', 'id of the old key')
      .option('--overlap <time>', 'how long the old key stays valid: 7d, 12h, 30m, 0s', '7d'),
    'where the old key is and the new one comes',
  ).action(async (id: string, options: KeysOptions) => ended(await rotate(id, options)))

  withPlace(
    add('revoke', 'make a key invalid now').argument('<id>', 'id of the key'),
    'where the key is',
  ).action(async (id: string, options: KeysOptions) => ended(await revoke(id, options)))
}

/** A key that was typed in the place of a word is not to be shown, as what commander did not understand. */
function withoutKeys(text: string): string {
  return text.replaceAll(new RegExp(API_KEY_PATTERN, 'g'), '***')
}
