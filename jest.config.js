const { availableParallelism } = require('node:os');

/** Large packages that do not ask for a class of the test's: see load-once.js. */
const LOADED_ONCE = ['knex', 'openapi-backend', 'sqlite3', 'typescript', 'uuid'];

/**
 * Every test, fast and slow; jest.fast.config.js leaves the slow ones out.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  testEnvironment: '<rootDir>/test/support/environment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    [`/node_modules/(?:${LOADED_ONCE.join('|')})/.+\\.js$`]: '<rootDir>/test/support/load-once.js',
    '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  transformIgnorePatterns: [],
  testSequencer: '<rootDir>/test/support/long-first.js',
  // each may start engines and browsers, which take memory and mostly wait
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // holds on a machine that does ten other things at once
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/closing-lines.js'],
};
