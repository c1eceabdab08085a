/**
 * For each file of tests Jest compiles every module anew, in a context of its own. A package that this transform is named
 * for is loaded by Node, once for each of Jest's processes. It then sees neither the test's process.env nor jest.mock, and
 * `instanceof Promise` or `RegExp` in it is false for what a test makes.
 */
module.exports = {
  process: (_source, path) => ({ code: `module.exports = requireOnce(${JSON.stringify(path)});` }),
};
