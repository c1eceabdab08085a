const { TestEnvironment } = require('jest-environment-node');

/** With Node's own `require`, for load-once.js. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.requireOnce = require;
  }

  /** A test sees a copy of `process` that never exits: what must go with the process goes with the file of tests. */
  async teardown() {
    try {
      this.global.process.emit('exit', 0);
    } finally {
      await super.teardown();
    }
  }
};
