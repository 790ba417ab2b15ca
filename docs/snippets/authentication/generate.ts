import { generateApiKey } from 'chapkit'

console.log(generateApiKey('prod'))
