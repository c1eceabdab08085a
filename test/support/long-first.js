const Sequencer = require('@jest/test-sequencer').default;

/**
 * Without the times of an earlier run, as on CI, Jest begins with the largest files. These take longer than their size says,
 * and whichever runs last runs alone.
 */
const LONG = [
  'hostile/unread-answers.slow',
  'replicas/engines.slow',
  'storage/s3/store.slow',
  'faults/full-disk.slow',
  'catalog/postgres-engine.slow',
  'hostile/crowds.slow',
  'crash/rounds.slow',
  'scripts/conformance/conformance',
  'catalog/postgres-catalog',
  'catalog/sqlite-catalog',
  'hostile/corpus',
  'hostile/property',
  'scripts/contract/generated-files',
  'main',
  'sdk/readme',
];

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests); // oxlint-disable-line unicorn/no-array-sort -- it is Jest's own, of another meaning
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};

function isLong({ path }) {
  return LONG.some((name) => path.endsWith(`/test/${name}.test.ts`));
}
