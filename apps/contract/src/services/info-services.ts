import { ServiceBuilder } from 'chapkit'
import { bareInfo, mlInfo, summaryInfo } from './infos.ts'

/** Services that have an info and nothing else. */
export const infoServices = {
  'info-bare': () => new ServiceBuilder(bareInfo),
  'info-summary': () => new ServiceBuilder(summaryInfo),
  'info-ml': () => new ServiceBuilder(mlInfo),
}
