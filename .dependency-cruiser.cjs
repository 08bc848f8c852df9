// The walls of the house: who must not know whom. Each reason says what to do instead.
// test/walls proves that the real tree is read whole and that every wall stops a planted fault.

/** @type {import('dependency-cruiser').IConfiguration['forbidden']} */
const walls = [
  {
    name: 'core-stays-in-core',
    comment:
      'Core is the ground: it decides, and what it needs is handed in. Declare a port in src/core and let src/main.ts pass the implementation.',
    from: { path: '^src/core/' },
    to: { path: '^src/', pathNot: '^src/core/' },
  },
  {
    name: 'core-does-no-io',
    comment:
      'Core touches no disk, network, process or clock. Take what you need as an argument; only node:crypto is allowed, for createHash.',
    from: { path: '^src/core/' },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
  },
  {
    name: 'core-takes-pure-packages',
    comment:
      'Core uses no package but typebox. A package that does I/O belongs behind a port, in src/store, src/feed, src/http or a channel.',
    from: { path: '^src/core/' },
    to: { path: 'node_modules/', pathNot: 'node_modules/(typebox|@types/node)/' },
  },
  {
    name: 'channel-knows-no-channel',
    comment:
      'A channel can be deleted without touching another. What two channels share is a word of the trade: put it in src/core. Only what one platform family has in common and needs a package for (WeCom: its XML, callbacks and API) lies in src/channels/common.',
    from: { path: '^src/channels/([^/]+?)(?:/|\\.ts$)', pathNot: '^src/channels/index\\.ts$' },
    to: { path: '^src/channels/', pathNot: '^src/channels/($1(?:/|\\.ts$)|common/)' },
  },
  {
    name: 'channel-knows-only-the-door',
    comment:
      'A channel reads and hands on. Everything it may ask of the house is a member of Door (src/core/channel.ts).',
    from: { path: '^src/channels/' },
    to: { path: '^src/', pathNot: '^src/(core|channels)/' },
  },
  {
    name: 'store-only-keeps',
    comment:
      'The store keeps what core decided; it never decides. Move the decision to src/core and pass the result in.',
    from: { path: '^src/store/' },
    to: { path: '^src/(channels|http|feed|web)/' },
  },
  {
    name: 'feed-sees-ports',
    comment:
      'The feed follows the log through the Store port of src/core and declares its routes as data; main hands it the store and mounts the routes.',
    from: { path: '^src/feed/' },
    to: { path: '^src/(channels|http|store|web)/' },
  },
  {
    name: 'assistant-only-proposes',
    comment:
      'The assistant follows the log through the Store port of src/core and writes proposals; nothing may wait for it, so nobody but the roof knows it.',
    from: { path: '^src/assistant/' },
    to: { path: '^src/(channels|http|store|feed|web|outward)/' },
  },
  {
    name: 'nobody-waits-for-the-assistant',
    comment: 'Its absence changes nothing. Read what it proposed in the case, as any other proposal.',
    from: { path: '^src/', pathNot: '^src/(assistant/|main\\.ts$|figures\\.ts$|cli\\.ts$|cli/)' },
    to: { path: '^src/assistant/' },
  },
  {
    name: 'http-mounts-what-it-is-given',
    comment:
      'Routes are doors, not rooms. Take the Store port or a list of routes as an argument; src/main.ts brings the implementation.',
    from: { path: '^src/http/' },
    to: { path: '^src/(channels|store)/' },
  },
  {
    name: 'window-shows-what-it-is-given',
    comment:
      'The pages speak to the door and to ports of src/core. Take what you need as an argument; src/main.ts brings it.',
    from: { path: '^src/web/' },
    to: { path: '^src/(channels|store|http|feed)/' },
  },
  {
    name: 'config-knows-the-words-only',
    comment:
      'Configuration is plain frozen data in the words of src/core and src/settings.ts. Who opens something from it is src/main.ts.',
    from: { path: '^src/config(/|\\.ts$)' },
    to: { path: '^src/', pathNot: '^src/(core/|config/|config\\.ts$|settings\\.ts$)' },
  },
  {
    name: 'nobody-knows-the-roof',
    comment:
      'Only the roof knows everybody. Take what you need as an argument instead of importing main or the command line.',
    from: { path: '^src/', pathNot: '^src/(main\\.ts$|cli\\.ts$|main/|cli/)' },
    to: { path: '^src/(main\\.ts$|cli\\.ts$|main/|cli/)' },
  },
  {
    name: 'sql-lives-in-the-store',
    comment:
      'All SQL lives in src/store, so that one can read what is asked of the database. Add a method to the Store port.',
    from: { path: '^src/', pathNot: '^src/store/' },
    to: { path: 'node_modules/(better-sqlite3|drizzle-orm|@types/better-sqlite3)/' },
  },
  {
    name: 'fastify-lives-in-http',
    comment: 'Declare a Route (src/core/route.ts); src/http mounts it. Then the route can be tried without a server.',
    from: { path: '^src/', pathNot: '^src/http/' },
    to: { path: 'node_modules/(fastify|@fastify/[^/]+)/' },
  },
  {
    name: 'src-needs-no-test',
    comment: 'What src needs lives in src: tests, bench and scripts may look at src, never the other way round.',
    from: { path: '^src/' },
    to: { path: '^(test|bench|scripts|docs)/' },
  },
  {
    name: 'no-circle',
    comment: 'Two files that need each other are one, or lack a third below both: find which.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-development-package',
    comment: 'src runs without devDependencies. Move the package to dependencies, or the code to test or bench.',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'declared-and-found',
    comment:
      'The import leads nowhere, or to a package that package.json does not name. Correct the path or declare the package.',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
  },
];

module.exports = {
  forbidden: walls.map((wall) => ({ severity: 'error', ...wall })),
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
