/** The process of one contender: `node serve.js NAME [DATABASE_URL [ROWS]]`, talking over the channel that `fork` opens. */
import { type Contender, contenders, listContender } from './contenders.ts'
import type { ListeningAnswer, UsageAnswer } from './messages.ts'

const [name, databaseUrl, rows = '0'] = process.argv.slice(2)
const contender = [...contenders, listContender].find((each) => each.name === name)
if (!contender) throw new Error(`No contender is named ${name}.`)

const { start } = (await import(`./servers/${contender.server}.js`)) as {
  start: (contender: Contender, databaseUrl?: string, rows?: number) => Promise<number>
}
const listening: ListeningAnswer = { port: await start(contender, databaseUrl, Number(rows)) }

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const answer: UsageAnswer = { microseconds: user + system, memory: process.memoryUsage.rss() }
  process.send?.(answer)
})
process.on('disconnect', () => process.exit())
process.send?.(listening)
