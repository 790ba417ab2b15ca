import type { Migrations } from './migration.ts'

/** Migrations by stream: the name of the module that they belong to, in snake_case. */
export type MigrationStreams = Readonly<Record<string, Migrations>>

declare module '@chapkit/core' {
  // oxlint-disable-next-line no-unused-vars -- all declarations of an interface have the same parameters
  interface ServiceModule<Decorators = unknown> {
    /** What the module runs at start, so that the command line can tell and run it, too. Default: none. */
    readonly migrations?: MigrationStreams
  }
}
