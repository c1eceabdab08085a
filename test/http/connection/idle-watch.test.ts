import { createIdleWatch } from '../../../src/http/connection/idle-watch';
import type { IdleWatch, Transfer } from '../../../src/http/connection/idle-watch';

const IDLE_SECONDS = 10;

interface Fake extends Transfer {
  moved: number;
  isExpecting: boolean;
  onIdle: jest.Mock;
}

let idle: IdleWatch;
beforeEach(() => {
  jest.useFakeTimers();
  idle = createIdleWatch(IDLE_SECONDS);
});
afterEach(() => {
  idle.close();
  jest.useRealTimers();
});

function transfer(minRate?: number): Fake {
  const fake: Fake = {
    moved: 0,
    isExpecting: true,
    bytesMoved: () => fake.moved,
    isExpectingBytes: () => fake.isExpecting,
    onIdle: jest.fn(),
    ...(minRate !== undefined && { minRate }),
  };
  return fake;
}

/** Lets so many seconds pass, in each of which the transfer moves so many bytes. */
function pass(seconds: number, fake: Fake, bytesPerSecond = 0): void {
  for (let second = 0; second < seconds; second += 1) {
    fake.moved += bytesPerSecond;
    jest.advanceTimersByTime(1000);
  }
}

test('a transfer that moves nothing while it is waited for is ended once, after the idle time', () => {
  const fake = transfer();
  idle.watch(fake);
  pass(IDLE_SECONDS, fake);
  expect(fake.onIdle).not.toHaveBeenCalled();
  pass(3 * IDLE_SECONDS, fake);
  expect(fake.onIdle).toHaveBeenCalledTimes(1);
});

test('less than a KiB within the idle time is as good as nothing', () => {
  const fake = transfer();
  idle.watch(fake);
  pass(3 * IDLE_SECONDS, fake, 100);
  expect(fake.onIdle).toHaveBeenCalledTimes(1);
});

test('a KiB within the idle time is enough, for as long as it comes', () => {
  const fake = transfer();
  idle.watch(fake);
  pass(60 * IDLE_SECONDS, fake, 200);
  expect(fake.onIdle).not.toHaveBeenCalled();
});

test('the time in which our own side makes the client wait does not count', () => {
  const fake = transfer();
  fake.isExpecting = false;
  idle.watch(fake);
  pass(10 * IDLE_SECONDS, fake);
  fake.isExpecting = true;
  pass(IDLE_SECONDS - 1, fake);
  expect(fake.onIdle).not.toHaveBeenCalled();
  pass(2, fake);
  expect(fake.onIdle).toHaveBeenCalledTimes(1);
});

test('below its rate on average a transfer is ended after a minute, and not within it', () => {
  const fake = transfer(1000);
  idle.watch(fake);
  pass(60, fake, 500);
  expect(fake.onIdle).not.toHaveBeenCalled();
  pass(3, fake, 500);
  expect(fake.onIdle).toHaveBeenCalledTimes(1);
});

test('what is over is watched no more', () => {
  const fake = transfer();
  const end = idle.watch(fake);
  pass(2, fake);
  end();
  pass(5 * IDLE_SECONDS, fake);
  expect(fake.onIdle).not.toHaveBeenCalled();
});
