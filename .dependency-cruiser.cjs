/**
 * The house rules of docs/architecture.md, as a command. `npm test` runs it: an architecture that nothing
 * checks does not last.
 */
const capability = '^src/main/(?!doors|desktop)([^/]+)/';
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules know neither disk, clock, browser nor Electron.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(src/domain/|(node_modules/)?(valibot|csv-parse|canonicalize|minisearch)(/|$))' },
    },
    {
      name: 'contract-imports-domain-only',
      severity: 'error',
      from: { path: '^src/contract/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^(src/(domain|contract)/|node_modules/valibot/)' },
    },
    {
      name: 'exchange-has-no-io',
      severity: 'error',
      from: { path: '^src/exchange/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot:
          '^(src/(domain|exchange)/|src/store/(port|revision)|node_modules/(valibot|canonicalize|@noble|@huggingface/xetchunk-wasm)/|(node:)?(crypto|zlib|buffer)$)',
      },
    },
    {
      name: 'store-imports-domain-only',
      severity: 'error',
      from: { path: '^src/store/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(src/(main|renderer|demo|preload|contract)|sync-server)/' },
    },
    {
      name: 'lan-door-sees-only-the-pupil-contract',
      comment: 'What a child can reach must not be able to name a staff request.',
      severity: 'error',
      from: { path: '^src/main/doors/lan/' },
      to: { path: '^src/contract/staff/' },
    },
    {
      name: 'capabilities-do-not-know-each-other',
      comment: 'A capability receives another through host.ts; it may import its types only.',
      severity: 'error',
      from: { path: capability, pathNot: '\\.test\\.ts$' },
      to: { path: capability, pathNot: '^src/main/$1/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'electron-only-in-desktop',
      severity: 'error',
      from: { pathNot: '^(src/main/(index\\.ts|desktop/)|src/preload/|build/)' },
      to: { path: '^(electron$|node_modules/electron/)' },
    },
    {
      name: 'desktop-belongs-to-the-entry',
      severity: 'error',
      from: { pathNot: '^src/main/(index\\.ts$|desktop/)' },
      to: { path: '^src/main/desktop/' },
    },
    {
      name: 'renderer-sees-domain-contract-kit',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/(main|store|exchange|demo|preload)/' },
    },
    {
      name: 'pupil-app-is-small',
      comment: 'The pupil app never pulls the staff app in.',
      severity: 'error',
      from: { path: '^src/renderer/pupil/' },
      to: { path: '^src/(renderer/staff|contract/staff)/' },
    },
    {
      name: 'demo-is-outside-the-product',
      comment: 'No demo branch inside the code of the product (DESIGN, issue 2).',
      severity: 'error',
      from: {
        path: '^(src/(domain|contract|store|exchange|renderer)|sync-server)/|^src/main/(?!host-entry)',
        pathNot: '\\.test\\.ts$',
      },
      to: { path: '^src/demo/' },
    },
    {
      name: 'sync-server-stays-on-its-side',
      severity: 'error',
      from: { path: '^sync-server/' },
      to: { path: '^src/(main|renderer|demo|preload)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.node.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(css|json|svg|woff2)$' },
  },
};
