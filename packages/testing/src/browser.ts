import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { onTestFinished } from 'vitest'

export type { Browser, BrowserContextOptions } from 'playwright-core'

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

// Without the first two it does not run as root in a container; the others keep it from talking to its maker.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts Debian's Chromium, or the one at CHROMIUM_PATH, without a window. Close it when the tests of the file are done. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS })
}

/** A page that is watched. */
export interface WatchedPage {
  readonly page: Page
  /** URL of each request that left the page's own origin; none was let through. */
  readonly foreign: string[]
  /** Errors of the console, and exceptions that nobody caught. */
  readonly faults: string[]
}

/** Opens a blank page for one origin; it is closed when the test ends. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: origin, ...options })
  onTestFinished(async () => context.close())
  const page = await context.newPage()
  const foreign: string[] = []
  const faults: string[] = []
  await context.route(
    (url) => url.origin !== origin,
    async (route) => {
      foreign.push(route.request().url())
      await route.abort()
    },
  )
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  page.on('pageerror', (error) => faults.push(error.message))
  return { page, foreign, faults }
}
