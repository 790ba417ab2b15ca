import { caseFileName } from './case-files.ts'
import { UsageError } from './replay.ts'

/**
 * Starts the service of a case file and keeps it running until SIGTERM or SIGINT.
 *
 * @param file - Name of the case file, with or without its folder and `.json`.
 * @param port - Port to listen on.
 */
export async function serve(file: string, port: string | undefined): Promise<undefined> {
  if (port === undefined || !/^\d{1,5}$/.test(port))
    throw new UsageError('--serve FILE needs --port N, a number.')
  process.env['LOG_FORMAT'] ??= 'json'
  // Imported here, so that playing does not load the services.
  const [{ run }, { serviceFor }] = await Promise.all([
    import('chapkit'),
    import('./services/service-for.ts'),
  ])
  await run(serviceFor(caseFileName(file)), { port: Number(port) })
}
