/** The process of one contender: `node serve.js NAME`, talking over the channel that `fork` opens. */
import { contenders, type Contender } from './contenders.ts'
import type { CpuAnswer, ListeningAnswer } from './messages.ts'

const contender = contenders.find(({ name }) => name === process.argv[2])
if (!contender) throw new Error(`No contender is named ${process.argv[2]}.`)

const { start } = (await import(`./servers/${contender.server}.js`)) as {
  start: (contender: Contender) => Promise<number>
}
const listening: ListeningAnswer = { port: await start(contender) }

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const answer: CpuAnswer = { microseconds: user + system }
  process.send?.(answer)
})
process.on('disconnect', () => process.exit())
process.send?.(listening)
