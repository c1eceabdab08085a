/** `npm test`: everything but test/**\/*.slow.test.ts, which `npm run test:slow` runs. `npx jest PATH` runs both kinds. */
module.exports = { ...require('./jest.config'), testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'] };
