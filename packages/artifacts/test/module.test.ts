import { artifacts, type ArtifactManager, type ArtifactOptions } from '@chapkit/artifacts'
import { config } from '@chapkit/config'
import { compose, type DecoratorsOf } from '@chapkit/core'
import { database } from '@chapkit/data'
import { Type } from 'typebox'
import { expect, expectTypeOf, test } from 'vitest'
import { serviceOf } from './service.ts'

test.each<[unknown, string]>([
  [{ prefixes: '/x' }, "unknown option 'prefixes'"],
  [{ hierarchy: {} }, "option 'hierarchy' must be a hierarchy such as { name: 'ml_pipeline'"],
  [{ hierarchy: { name: '' } }, "option 'hierarchy'"],
  [{ hierarchy: { name: 'x', levelLabels: { a: 'model' } } }, "option 'hierarchy'"],
  [{ hierarchy: { name: 'x', levelLabels: { 0: 1 } } }, "option 'hierarchy'"],
  [{ hierarchy: { name: 'x', labels: {} } }, "option 'hierarchy'"],
  [{ hierarchy: null }, "option 'hierarchy'"],
  [{ prefix: 'artifacts' }, "option 'prefix' must be a path"],
  [{ contentDir: '' }, "option 'contentDir'"],
  [{ inlineContentSize: -1 }, "option 'inlineContentSize'"],
  [{ inlineContentSize: 2 ** 30 }, "option 'inlineContentSize'"],
  [{ maxContentSize: 0 }, "option 'maxContentSize'"],
  [{ maxContentSize: 1.5 }, "option 'maxContentSize'"],
  [{ permissions: { write: true } }, 'permissions'],
  [{ enableConfigLinking: 'yes' }, "option 'enableConfigLinking'"],
])('options %j are refused', (options, message) => {
  expect(() => artifacts(options as ArtifactOptions)).toThrow(`withArtifacts(): `)
  expect(() => artifacts(options as ArtifactOptions)).toThrow(message)
})

test('linking needs configs, and nothing else does', () => {
  const linked = artifacts({ enableConfigLinking: true })
  expect(() => compose([database(), linked])).toThrow(
    'withArtifacts() needs withDatabase() and withConfig(); missing: withConfig()',
  )
  expect(() => compose([artifacts()])).toThrow(
    'withArtifacts() needs withDatabase(); missing: withDatabase()',
  )
  const names = compose([linked, config(Type.Object({})), database()]).map(({ name }) => name)
  expect(names.indexOf('config')).toBeLessThan(names.indexOf('artifacts'))
  expectTypeOf<DecoratorsOf<typeof linked>>().toEqualTypeOf<{ artifacts: ArtifactManager }>()
})

test('the document shows every operation, under the prefix and the tags of the options', async () => {
  const app = serviceOf({ prefix: '/models', tags: ['Models'] })
  interface Operation {
    tags: string[]
    operationId: string
  }
  const { paths } = (await app.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>
  }>()
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { tags }]) => tags?.includes('Models'))
      .map(([method, { operationId }]) => `${method} ${path} ${operationId}`),
  )
  expect(operations.sort()).toEqual([
    'delete /models/{entity_id} deleteArtifact',
    'delete /models/{entity_id}/$content deleteArtifactContent',
    'get /api/v1/configs/{entity_id}/$artifacts listLinkedArtifacts',
    'get /models listArtifacts',
    'get /models/$schema getArtifactSchema',
    'get /models/{entity_id} getArtifact',
    'get /models/{entity_id}/$config getArtifactConfig',
    'get /models/{entity_id}/$download downloadArtifactContent',
    'get /models/{entity_id}/$expand expandArtifact',
    'get /models/{entity_id}/$tree getArtifactTree',
    'post /api/v1/configs/{entity_id}/$link-artifact linkArtifact',
    'post /api/v1/configs/{entity_id}/$unlink-artifact unlinkArtifact',
    'post /models createArtifact',
    'put /models/{entity_id} replaceArtifact',
    'put /models/{entity_id}/$content writeArtifactContent',
  ])
})
