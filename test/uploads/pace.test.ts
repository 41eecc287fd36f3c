import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Road } from '../../src/uploads/pace.js';

/** Bytes of a file that is far from its end. */
const MUCH = 2 ** 40;

const MEBIBYTE = 1024 * 1024;
const never = new AbortController().signal;

/** Runs as many holders as there may be at once, and answers how many those were. */
async function busiest(road: Road, wanted = 20): Promise<number> {
  let busy = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, 1));
    busy--;
  };
  await Promise.all(Array.from({ length: wanted }, () => road.hold(work, never)));
  return most;
}

/** Moves bytes on every connection at once, at so many bytes a second each. */
async function move(road: Road, speed: number, bytes = 4 * MEBIBYTE): Promise<void> {
  await Promise.all(
    Array.from({ length: road.most }, () =>
      road.hold(() => {
        road.note(bytes, (bytes * 1000) / speed);
        return Promise.resolve();
      }, never),
    ),
  );
}

describe('connections and sizes', () => {
  test('five connections to the relay, six to a store of its own', async () => {
    const road = new Road();
    assert.equal(await busiest(road), 5);
    road.shared = false;
    assert.equal(await busiest(road), 6);
  });

  test('connections are given out in the order in which they were asked for', async () => {
    const road = new Road();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        road.hold(() => {
          order.push(i);
          return Promise.resolve();
        }, never),
      ),
    );
    assert.deepEqual(
      order,
      Array.from({ length: 30 }, (_, i) => i),
    );
  });

  test('whoever gave up while waiting takes no connection from others', async () => {
    const road = new Road();
    const gone = new AbortController();
    const held = Array.from({ length: 5 }, () => road.hold(() => new Promise((resolve) => setTimeout(resolve, 5)), never));
    const waiting = road.hold(() => Promise.reject(new Error('It ran all the same.')), gone.signal);
    gone.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    await Promise.all(held);
    assert.equal(await busiest(road), 5);
  });

  test('parts grow with the speed, and shrink when connections are cut', async () => {
    const road = new Road();
    assert.equal(road.partSize(16 * MEBIBYTE, MUCH), 16 * MEBIBYTE);
    await move(road, 8 * MEBIBYTE);
    assert.equal(road.partSize(16 * MEBIBYTE, MUCH), 32 * MEBIBYTE);
    road.cut();
    assert.equal(road.partSize(16 * MEBIBYTE, MUCH), 16 * MEBIBYTE);
    for (let i = 0; i < 20; i++) await move(road, 1000);
    assert.equal(road.partSize(16 * MEBIBYTE, MUCH), MEBIBYTE);
  });

  test('towards the end of a file parts are small enough for every connection to get some', async () => {
    const road = new Road();
    for (let i = 0; i < 5; i++) await move(road, 10 * MEBIBYTE);
    assert.equal(road.partSize(8 * MEBIBYTE, 500 * MEBIBYTE), 40 * MEBIBYTE);
    assert.equal(road.partSize(8 * MEBIBYTE, 200 * MEBIBYTE), 32 * MEBIBYTE);
    assert.equal(road.partSize(8 * MEBIBYTE, 100 * MEBIBYTE), 16 * MEBIBYTE);
  });

  test('no part takes less than a second', async () => {
    const road = new Road();
    for (let i = 0; i < 5; i++) await move(road, 10 * MEBIBYTE);
    assert.equal(road.partSize(8 * MEBIBYTE, 20 * MEBIBYTE), 10 * MEBIBYTE);
    assert.equal(road.partSize(16 * MEBIBYTE, 20 * MEBIBYTE), 10 * MEBIBYTE);
  });

  test('before anything was measured every connection gets some too, of what is no more than the backend would have', () => {
    const road = new Road();
    assert.equal(road.partSize(16 * MEBIBYTE, MUCH), 16 * MEBIBYTE);
    assert.equal(road.partSize(16 * MEBIBYTE, 100 * MEBIBYTE), 8 * MEBIBYTE);
    assert.equal(road.partSize(16 * MEBIBYTE, 20 * MEBIBYTE, 1), 16 * MEBIBYTE);
  });

  test('a slow line gets fewer connections, a fast one gets them back', async () => {
    const road = new Road();
    for (let i = 0; i < 20; i++) await move(road, 20_000);
    assert.equal(await busiest(road), 1);
    for (let i = 0; i < 20; i++) await move(road, 5 * MEBIBYTE);
    assert.equal(await busiest(road), 5);
  });

  test('cut connections halve their number, and it comes back one by one', async () => {
    const road = new Road();
    road.shared = false;
    await move(road, 5 * MEBIBYTE);
    road.cut();
    assert.equal(road.most, 3);
    road.cut();
    road.cut();
    assert.equal(road.most, 1);
    await move(road, 5 * MEBIBYTE);
    assert.equal(road.most, 2);
  });

  test('small bodies say nothing of the speed', () => {
    const road = new Road();
    road.note(1000, 500);
    assert.equal(road.partSize(MEBIBYTE * 5, MUCH), MEBIBYTE * 5);
  });
});
