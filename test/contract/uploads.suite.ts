import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import type { UploadCapability } from '../../src/backend/upload.js';
import { cutsOf, encoded, noise, send } from './bytes.js';
import { type Bench, ref } from './stage.js';
import { rejects } from './witness.js';

/** From `init` to an item, for whole files; parts have a suite of their own. */
export function uploadsSuite({ can, apart, it }: Bench): void {
  const { upload } = can;
  if (!upload) return;
  const direct = !upload.needsDelivery;

  describe('an upload', () => {
    for (const size of [0, 1, 1000, 100_001].filter((each) => each <= Math.min(upload.maxFileSize, upload.partSize.max)))
      it(`of ${size} bytes comes back as it was`, async ({ store, holds }) => {
        const bytes = noise(size);
        const item = await store('noise.bin', bytes);
        equal(item.kind, 'file');
        equal(item.size ?? size, size);
        await holds(item, bytes);
      });

    it('answers an item that is the one then found', async ({ backend, store, all }) => {
      const item = await store('found.txt', 'found', { modified: 1_600_000_000_000, type: 'text/plain' });
      ok(item.id !== '');
      if (item.parent && !apart) equal(item.parent.id, '');
      for (const found of [can.list && (await all())[0], can.item && (await backend.item(ref(item)))]) {
        if (!found) continue;
        deepEqual([found.id, found.name, found.kind, found.size], [item.id, item.name, item.kind, item.size]);
      }
    });

    it('says where it is expected to end, and how its bytes may travel', async ({ begin }) => {
      const { initiated } = await begin('expected.txt', 8);
      ok(initiated.path.endsWith('.txt'));
      within(initiated.upload, upload);
      equal(typeof initiated.ticket === 'undefined', false);
    });

    it('says at once where part 1 goes, or says it when asked, and both are the same', async ({ backend, begin, holds }) => {
      const bytes = encoded('first part');
      const sending = await begin('first.txt', bytes.length);
      const { first } = sending.initiated;
      const part = { number: 1, start: 0, end: bytes.length };
      if (!first) return holds(await sending.finish([await sending.put(part, bytes)]), bytes);
      const asked = await backend.part(sending.ticket, part);
      deepEqual([first.method, first.answer, first.form?.file], [asked.method, asked.answer, asked.form?.file]);
      ok(first.expires > 0 && asked.expires > 0);
      await holds(await sending.finish([await send(first, part, bytes)]), bytes);
    });

    it('shows nothing before it is complete', async ({ begin, names, backend, alone }) => {
      const before = can.quota && alone ? await backend.quota() : {};
      const sending = await begin('hidden.txt', 6);
      await sending.put({ number: 1, start: 0, end: 6 }, encoded('hidden'));
      if (can.list) deepEqual(await names(), []);
      await backend.abort(sending.ticket);
      if (can.list) deepEqual(await names(), []);
      if (can.quota && alone) deepEqual(await backend.quota(), before);
    });

    it('may be opened twice: each is its own, and one may be dropped', async ({ begin, names, holds, backend }) => {
      const part = { number: 1, start: 0, end: 4 };
      const one = await begin('twice.txt', 4);
      const two = await begin('twice.txt', 4);
      await one.put(part, encoded('lost'));
      const kept = await two.put(part, encoded('kept'));
      await backend.abort(one.ticket);
      const item = await two.finish([kept]);
      await holds(item, 'kept');
      if (can.list) deepEqual(await names(), [item.name]);
    });

    it('is opened only in a folder that is there', async ({ backend, store, draft }) => {
      const delivery = direct ? {} : { delivery: (await backend.open(draft())).ticket };
      const file = { name: 'lost.txt', size: 1, type: '' };
      const conflict = upload.conflict[0] ?? 'ask';
      if (can.createFolder && can.remove) {
        const gone = await backend.createFolder(ROOT, 'gone', { conflict: 'ask' });
        await backend.remove([ref(gone)], { recursive: false });
        await rejects(backend.init(file, { folder: ref(gone), conflict, ...delivery }), 'not-found');
      }
      const item = await store('file.txt');
      await rejects(backend.init(file, { folder: ref(item), conflict, ...delivery }), 'invalid', 'not-found');
    });

    it('is refused when it is larger than the backend takes, or has no size', async ({ backend, draft }) => {
      const delivery = direct ? {} : { delivery: (await backend.open(draft())).ticket };
      const where = { folder: ROOT, conflict: upload.conflict[0] ?? ('ask' as const), ...delivery };
      if (upload.maxFileSize < Number.MAX_SAFE_INTEGER)
        await rejects(backend.init({ name: 'large.bin', size: upload.maxFileSize + 1, type: '' }, where), 'too-large');
      for (const size of [-1, 1.5]) await rejects(backend.init({ name: 'odd.bin', size, type: '' }, where), 'invalid');
    });

    if (!direct)
      it('goes nowhere without a delivery', async ({ backend }) => {
        const conflict = upload.conflict[0] ?? 'ask';
        await rejects(backend.init({ name: 'alone.txt', size: 1, type: '' }, { folder: ROOT, conflict }), 'invalid');
      });

    if (can.quota)
      it('counts against the quota', async ({ backend, store, alone }) => {
        const before = await backend.quota();
        ok(Object.values(before).every((bytes: number) => bytes >= 0));
        await store('counted.bin', noise(1000));
        if (!alone) return;
        const after = await backend.quota();
        if (after.storageUsed !== undefined) ok(after.storageUsed >= (before.storageUsed ?? 0) + 1000);
        if (after.storageLeft !== undefined) ok(after.storageLeft <= (before.storageLeft ?? 0) - 1000);
      });
  });

  describe('a path with a file', () => {
    if (upload.folders === 'path') {
      it('makes the folders that are missing, once the file is complete', async ({ begin, names, backend, all }) => {
        const sending = await begin('deep.txt', 4, { path: 'one/two' });
        const uploaded = await sending.put({ number: 1, start: 0, end: 4 }, encoded('deep'));
        if (can.list && direct) deepEqual(await names(), []);
        const item = await sending.finish([uploaded]);
        equal(item.name, 'deep.txt');
        if (!can.list) return;
        deepEqual(await names(), ['one']);
        const [one] = await all();
        ok(one?.kind === 'folder');
        const [two] = (await backend.list(ref(one), {})).items;
        ok(two?.kind === 'folder');
        const { items, ancestors } = await backend.list(ref(two), {});
        deepEqual(
          items.map(({ id, name }) => [id, name]),
          [[item.id, 'deep.txt']],
        );
        deepEqual(
          ancestors.map(({ name }) => name).filter((_, index) => !apart || index !== 1),
          ['', 'one'],
        );
      });

      if (!apart)
        it('uses the folders that are there, whoever made them first', async ({ store, begin, all, names }) => {
          const part = { number: 1, start: 0, end: 1 };
          const one = await begin('1.txt', 1, { path: 'shared/below' });
          const two = await begin('2.txt', 1, { path: 'shared/below' });
          const [first, second] = [await one.put(part, encoded('1')), await two.put(part, encoded('2'))];
          await Promise.all([one.finish([first]), two.finish([second])]);
          await store('3.txt', '3', { path: 'shared' });
          if (!can.list) return;
          deepEqual(await names(), ['shared']);
          const [shared] = await all();
          deepEqual(await names(shared), ['3.txt', 'below']);
        });

      it('leaves no folder behind when the upload is aborted', async ({ begin, backend, names }) => {
        const { ticket } = await begin('gone.txt', 4, { path: 'never/made' });
        await backend.abort(ticket);
        if (can.list) deepEqual(await names(), []);
      });

      it('is refused when it leads elsewhere or through a file', async ({ backend, store, draft, names }) => {
        const delivery = direct ? {} : { delivery: (await backend.open(draft())).ticket };
        const item = await store('file.txt');
        const where = { folder: ROOT, conflict: upload.conflict[0] ?? ('ask' as const), ...delivery };
        for (const path of ['..', '../out', 'a/../b', '/root', 'a//b', 'a/', '.', 'a/\0b'])
          await rejects(backend.init({ name: 'out.txt', size: 1, type: '', path }, where), 'invalid', 'not-allowed', 'forbidden');
        if (!apart)
          await rejects(backend.init({ name: 'out.txt', size: 1, type: '', path: `${item.name}/below` }, where), 'exists', 'invalid');
        if (can.list) deepEqual(await names(), [item.name]);
      });
    } else if (upload.folders === 'in-name')
      it('becomes part of the name', async ({ store }) => {
        const item = await store('flat.txt', 'flat', { path: 'one/two' });
        ok(
          ['one', 'two', 'flat.txt'].every((piece) => item.name.includes(piece)),
          item.name,
        );
      });
    else
      it('is refused as unsupported', async ({ backend, draft }) => {
        const delivery = direct ? {} : { delivery: (await backend.open(draft())).ticket };
        const where = { folder: ROOT, conflict: upload.conflict[0] ?? ('ask' as const), ...delivery };
        await rejects(backend.init({ name: 'flat.txt', size: 1, type: '', path: 'one' }, where), 'unsupported');
      });
  });

  if (cutsOf(upload, 1))
    describe('many uploads', () => {
      it('at the same time do not disturb each other', async ({ store, holds, names }) => {
        const wanted = Array.from({ length: 12 }, (_, index) => `file ${index}.txt`);
        const items = await Promise.all(wanted.map((name) => store(name)));
        for (const [index, item] of items.entries()) await holds(item, wanted[index] ?? '');
        if (can.list) deepEqual(await names(), items.map(({ name }) => name).sort());
      });
    });
}

/** What `init` answers for one file may be narrower than what was promised, never wider. */
function within(given: UploadCapability, promised: UploadCapability): void {
  ok(given.partSize.min >= promised.partSize.min && given.partSize.max <= promised.partSize.max);
  ok(given.maxParts <= promised.maxParts && given.maxFileSize <= promised.maxFileSize);
  ok(given.parallelParts <= promised.parallelParts && given.parallelFiles <= promised.parallelFiles);
  ok(given.cuts === promised.cuts || given.cuts === 'equal');
  ok(given.conflict.every((each) => promised.conflict.includes(each)));
}
