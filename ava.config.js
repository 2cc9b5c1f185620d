export default {
  files: ['tests/**/*.test.ts', '!tests/conformance/**', '!tests/fixtures/**'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '120s',
};
