// The direction of imports of ARCHITECTURE.md, held by a machine.
const forbid = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: to },
})
const SERVER_DUTIES = '(ingest|alerts|notify|reports|register|identity|words|insight|protection)'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^bun:' },
    },
    forbid('contract-imports-nothing', '^contract/', '^(charts|analytics|server|web|seeds|test)/'),
    forbid('charts-only-contract', '^charts/', '^(analytics|server|web|seeds|test)/'),
    forbid('analytics-only-contract', '^analytics/', '^(charts|server|web|seeds|test)/'),
    forbid(
      'analytics-is-pure',
      '^analytics/src/',
      'node_modules/(express|socket\\.io|pg|@clickhouse|chdb|lmdb)/',
    ),
    forbid('server-not-up', '^server/', '^(web|seeds|test)/'),
    forbid('web-only-contract', '^web/', '^(analytics|server|seeds|test)/'),
    forbid('seeds-only-contract', '^seeds/', '^(charts|analytics|server|web|test)/'),
    forbid(
      'duties-do-not-reach-edges',
      `^server/src/${SERVER_DUTIES}/`,
      '^server/src/(http|live|compose|admin|cli|app|main)',
    ),
    forbid(
      'edges-do-not-reach-up',
      '^server/src/(http|live)/',
      '^server/src/(compose/|admin/|cli/|app|main)',
    ),
    forbid('compose-and-admin-do-not-reach-up', '^server/src/(compose|admin)/', '^server/src/(cli/|main)'),
    forbid('ports-and-lib-lie-below', '^server/src/(ports|lib)/', '^server/src/(?!ports/|lib/)'),
    {
      name: 'only-app-touches-store',
      severity: 'error',
      comment:
        'ports (types) live in server/src/ports; drivers are wired by app.ts, compose/, admin/ and the command line only',
      from: { path: '^server/src/', pathNot: '^server/src/(app\\.ts|store/|compose/|admin/|cli/)' },
      to: { path: '^server/src/store/' },
    },
    forbid('web-components-no-store', '^web/src/(components|charts)/', '^web/src/(stores|api|pages)/'),
    forbid('web-api-below-stores', '^web/src/api/', '^web/src/(stores|pages|components)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js', '.vue', '.mjs'],
    },
    exclude: { path: '(dist|\\.test\\.ts$)' },
  },
}
