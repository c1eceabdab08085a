const { availableParallelism } = require('node:os');

/** `npm test`: everything but test/**\/*.slow.test.ts, which `npm run test:slow` runs. `npx jest PATH` runs both kinds. */
module.exports = {
  ...require('./jest.config'),
  testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
  // a test waits for a disk, a process or a time for half of its life
  maxWorkers: Math.max(4, availableParallelism() - 1),
};
