/**
 * Jest's last words: the counts on one line, and what was not run with the reason that its name gives.
 * Plain JavaScript, since Jest loads reporters without its transform.
 */
module.exports = class ClosingLines {
  constructor(globalConfig) {
    this.patterns = globalConfig.testPathPatterns.patterns;
  }

  onRunComplete(contexts, results) {
    const notRun = new Map();
    for (const file of results.testResults) {
      for (const test of file.testResults) {
        if (test.status !== 'pending' && test.status !== 'todo') continue;
        const reason = /\(not run: (.*?)\)(?: |$)/.exec(test.fullName)?.[1] ?? `no reason given by "${test.fullName}"`;
        notRun.set(reason, (notRun.get(reason) ?? 0) + 1);
      }
    }
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = results;
    const lines = [`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`];
    for (const [reason, count] of notRun) lines.push(`NOT RUN: ${count} tests, because ${reason}`);
    const leavesOutSlow = [...contexts].some(({ config }) =>
      config.testPathIgnorePatterns.some((p) => p.includes('slow')),
    );
    if (leavesOutSlow) lines.push('NOT RUN: test/**/*.slow.test.ts, because they take minutes: npm run test:slow');
    if (this.patterns.length > 0) lines.push(`Only files that match ${this.patterns.join(' or ')} were run.`);
    else if (lines.length === 1) lines.push('Everything was run.');
    // Jest adds its own summary behind every reporter
    process.once('exit', () => process.stdout.write(`\n${lines.join('\n')}\n`));
    // what a test's own client or server left open must not hold the process: Jest's exit code stays
    setTimeout(() => process.exit(), 5000).unref();
  }
};
