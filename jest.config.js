const { availableParallelism } = require('node:os');

/**
 * Every test, fast and slow; jest.fast.config.js leaves the slow ones out.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
  },
  // most of a fast test's time is waiting for a server of its own: Jest's one process for two cores takes twice as long
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // holds on a machine that does ten other things at once
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/closing-lines.js'],
};
