import { createRoom } from '../../src/files/room';
import { until } from '../support/until';

const MIB = 1024 * 1024;

describe('the room for uploads', () => {
  test('is asked for once by all who come at the same time', async () => {
    let looks = 0;
    const room = createRoom(async () => void (looks += 1));
    await Promise.all([room.check(), room.check(), room.check()]);
    expect(looks).toBe(1);
  });

  test('is looked at again after some MiB, and then says why no more can be taken', async () => {
    let failure: Error | undefined;
    const room = createRoom(async () => {
      if (failure) throw failure;
    });
    await room.check();
    expect(room.take(MIB)).toBeUndefined();
    failure = new Error('full');
    await until(() => room.take(MIB) === failure, 'it is seen');
    await expect(room.check()).rejects.toBe(failure);
  });

  test('is there again once a later look finds it', async () => {
    let failure: Error | undefined = new Error('full');
    const room = createRoom(async () => {
      if (failure) throw failure;
    });
    await expect(room.check()).rejects.toBe(failure);
    failure = undefined;
    await until(
      () =>
        room.check().then(
          () => true,
          () => false,
        ),
      'there is room again',
    );
  });
});
