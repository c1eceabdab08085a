/**
 * Jest's last words: the counts on one line, and what was not run with the reason that its name gives.
 * Plain JavaScript, since Jest loads reporters without its transform.
 */
module.exports = class ClosingLines {
  onRunComplete(_contexts, results) {
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
    if (notRun.size === 0 && skipped === 0) lines.push('Everything was run.');
    // Jest adds its own summary behind every reporter
    process.once('exit', () => process.stdout.write(`\n${lines.join('\n')}\n`));
    // what a test's own client or server left open must not hold the process: Jest's exit code stays
    setTimeout(() => process.exit(), 5000).unref();
  }
};
