import { keptFor } from '../../src/observability/kept-for';

test('what was read is kept for so long, and a failure is not', async () => {
  let now = 0;
  const read = jest.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce(1).mockResolvedValueOnce(2);
  const kept = keptFor(
    5,
    () => read() as Promise<number>,
    () => now,
  );
  await expect(Promise.all([kept(), kept()])).rejects.toThrow('away');
  expect(await Promise.all([kept(), kept()])).toEqual([1, 1]);
  now = 4999;
  expect(await kept()).toBe(1);
  now = 5000;
  expect(await kept()).toBe(2);
  expect(read).toHaveBeenCalledTimes(3);
});
