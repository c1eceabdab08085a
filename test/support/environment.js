const { TestEnvironment } = require('jest-environment-node');

/** With Node's own `require`, for load-once.js. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.requireOnce = require;
  }
};
