import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { type Bench, ref, type Stage } from './stage.js';
import { rejects } from './witness.js';

/** Names that are odd and right. */
const ODD: Record<string, string> = {
  markup: '<img src=x onerror=alert(1)>.txt',
  quotes: `"double" 'single' \`back\`.txt`,
  entities: '&lt;b&gt; &amp;.txt',
  'right-to-left marks': 'invoice \u202etxt.exe',
  'Hebrew and Latin': 'שלום world.txt',
  emoji: '👩‍👩‍👧 family 🚢.txt',
  'a combining accent': 'cafe\u0301.txt',
  'a precomposed accent': 'caf\u00e9.txt',
  Chinese: '日本語.txt',
  'leading spaces': '  indented.txt',
  'a plus and a percent sign': 'a b+c%.txt',
  'what looks encoded': 'a%2Fb%20c%00.txt',
  'what looks like a query': 'a?b=c&d#e;f.txt',
  'dots inside': 'a..b...c.txt',
  'a leading dot': '.profile',
  'no extension': 'README',
  'a number in brackets': 'copy (1).txt',
  '255 bytes': `${'n'.repeat(251)}.txt`,
  '255 bytes of two-byte letters': `${'é'.repeat(125)}x.txt`,
  'what a template fills in': '${name} {{name}} %s.txt',
  __proto__: '__proto__',
};

/** Names that nothing can have. */
const REFUSED: Record<string, string> = {
  'no character': '',
  'one dot': '.',
  'two dots': '..',
  'a slash': 'a/b.txt',
  'a way out': '../out.txt',
  'a NUL': 'a\0.txt',
  'a line break': 'a\nb.txt',
  'a delete character': 'a\x7f.txt',
  'half a character': 'a\ud800.txt',
  '256 bytes': 'n'.repeat(256),
  '256 bytes of two-byte letters': 'é'.repeat(128),
};

/** Which names a file and a folder can have, and that they come back as they are. */
export function namesSuite({ can, it }: Bench): void {
  describe('a name', () => {
    for (const [what, name] of Object.entries(ODD)) {
      if (can.upload)
        it(`with ${what} is a file's`, async (stage) => {
          const item = await stage.store(name, 'odd');
          await found(stage, item, name);
          await stage.holds(item, 'odd');
        });
      if (can.createFolder)
        it(`with ${what} is a folder's`, async (stage) => {
          await found(stage, await stage.folder(name), name);
        });
    }

    if (can.upload && can.upload.conflict.includes('rename'))
      it('that differs from another one in its normal form alone hides nothing', async ({ store, holds, names }) => {
        const precomposed = await store('caf\u00e9.txt', 'precomposed', { conflict: 'rename' });
        const combining = await store('cafe\u0301.txt', 'combining', { conflict: 'rename' });
        await holds(precomposed, 'precomposed');
        await holds(combining, 'combining');
        if (can.list) deepEqual(await names(), [precomposed.name, combining.name].sort());
      });

    if (can.upload && can.upload.conflict.includes('rename'))
      it('of 255 bytes that is taken becomes one that fits', async ({ store, holds }) => {
        const name = `${'n'.repeat(251)}.txt`;
        await store(name, 'first');
        const second = await store(name, 'second', { conflict: 'rename' });
        ok(new TextEncoder().encode(second.name).length <= 255);
        await holds(second, 'second');
      });

    for (const [what, name] of Object.entries(REFUSED))
      it(`with ${what} is refused`, async (stage) => {
        const { backend, store, names, draft } = stage;
        if (can.upload) {
          const delivery = can.upload.needsDelivery ? { delivery: (await backend.open(draft())).ticket } : {};
          const conflict = can.upload.conflict[0] ?? 'ask';
          await rejects(backend.init({ name, size: 1, type: '' }, { folder: ROOT, conflict, ...delivery }), 'invalid', 'not-allowed');
        }
        if (can.createFolder) await rejects(backend.createFolder(ROOT, name, { conflict: 'ask' }), 'invalid', 'not-allowed');
        if (can.list) deepEqual(await names(), []);
        if (!can.rename || !can.upload) return;
        const item = await store('plain.txt');
        await rejects(backend.rename(ref(item), name), 'invalid', 'not-allowed');
        if (can.list) deepEqual(await names(), [item.name]);
      });
  });
}

/** An item's name is the one that was asked for, or else one that the service chose; what is answered is what is found. */
async function found({ backend, can, all, renames }: Stage, item: { id: string; name: string; kind: string }, name: string): Promise<void> {
  if (!renames) equal(item.name, name);
  if (can.item) equal((await backend.item(ref(item))).name, item.name);
  if (!can.list) return;
  deepEqual(
    (await all()).map((each) => [each.id, each.name, each.kind]),
    [[item.id, item.name, item.kind]],
  );
}
