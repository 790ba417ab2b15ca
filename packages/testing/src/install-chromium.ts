import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/*
 * Makes sure that there is a Chromium for the browser tests: the one at CHROMIUM_PATH, else Debian's, which is installed
 * where apt-get is there and may.
 */

const executable = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const INSTALL = [
  ['apt-get', 'update', '-qq'],
  ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'],
] as const

if (!existsSync(executable)) {
  console.log(`There is no Chromium at ${executable}; installing Debian's.`)
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  for (const command of INSTALL) {
    const [program = '', ...args] = [...sudo, ...command]
    spawnSync(program, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
}
if (!existsSync(executable)) {
  console.error(
    `The browser tests need Chromium. Install it (on Debian: apt-get install chromium), or set CHROMIUM_PATH to yours.`,
  )
  process.exitCode = 1
}
