/** Directions of imports between the rooms of the house, and no cycle anywhere: see CONTRIBUTING.md. */
const only = (room, allowed) => ({
  name: `${room}-imports`,
  comment: `packages/${room} may import ${allowed.length > 0 ? allowed.join(', ') : 'no other package of ours'}.`,
  severity: 'error',
  from: { path: `^packages/${room}/src/` },
  to: { path: '^packages/', pathNot: `^packages/(${[room, ...allowed].join('|')})/` },
})

export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('core', []),
    only('auth', ['core']),
    only('data', ['core']),
    only('config', ['core', 'data']),
    only('artifacts', ['core', 'data', 'config']),
    only('key-store', ['core', 'auth', 'data']),
    only('rate-limit', ['core', 'auth']),
    only('monitoring', ['core']),
    only('chapkit', ['core', 'auth', 'data', 'config', 'artifacts', 'key-store', 'rate-limit', 'monitoring']),
    {
      name: 'keys-know-no-fastify',
      comment: 'The key domain is pure.',
      severity: 'error',
      from: { path: '^packages/auth/src/keys/' },
      to: { path: 'fastify' },
    },
    {
      name: 'packages-know-no-app',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    exclude: { path: '/test/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
}
