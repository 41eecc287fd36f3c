import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { everyRequest, NO_ADDRESSES, ONE, SAID } from './correspondence.js';
import { type Bench, operation, ref, type Stage } from './stage.js';
import { rejects } from './witness.js';

/** Recipients, contacts, and requests for files. */
export function peopleSuite({ can, it }: Bench): void {
  if (can.recipients)
    describe('recipients', () => {
      it('are people whom items can be sent to', async ({ backend }) => {
        for (const text of ['', 'a', '<script>', '%', '\\']) {
          const found = await backend.recipients(text, { folder: ROOT });
          for (const { kind, id, email } of found) ok(['email', 'user', 'group', 'contact'].includes(kind) && (id ?? email));
        }
      });
    });

  const { contacts } = can;
  if (contacts)
    describe('the address book', () => {
      if (contacts.add)
        it('takes a contact, and recipients find it by name and address', async ({ backend }) => {
          const made = await backend.contacts.add({ name: 'Ada Harbour', email: 'ada@example.com' });
          ok(made.id);
          deepEqual([made.name, made.email], ['Ada Harbour', 'ada@example.com']);
          if (!can.recipients) return;
          for (const text of ['Harbour', 'ada@']) {
            const found = await backend.recipients(text, {});
            ok(
              found.some(({ email }) => email === 'ada@example.com'),
              text,
            );
          }
          deepEqual(await backend.recipients('nobody has this name', {}), []);
        });

      if (contacts.add)
        it('refuses what is no address', async ({ backend }) => {
          for (const email of NO_ADDRESSES) await rejects(backend.contacts.add({ name: 'Nobody', email }), 'invalid');
        });

      if (contacts.add && contacts.update)
        it('changes a contact in part', async ({ backend }) => {
          const made = await backend.contacts.add({ name: 'Ada', email: 'ada@example.com' });
          deepEqual(pick(await backend.contacts.update(ref(made), { name: 'Ada Harbour' })), ['Ada Harbour', 'ada@example.com']);
          deepEqual(pick(await backend.contacts.update(ref(made), { email: 'harbour@example.com' })), [
            'Ada Harbour',
            'harbour@example.com',
          ]);
        });

      if (contacts.add && contacts.remove)
        it('forgets a contact', async ({ backend }) => {
          const made = await backend.contacts.add({ name: 'Ada', email: 'ada@example.com' });
          await backend.contacts.remove(ref(made));
          if (can.recipients) deepEqual(await backend.recipients('ada@example.com', {}), []);
          if (contacts.update) await rejects(backend.contacts.update(ref(made), { name: 'Ada' }), 'not-found');
        });
    });

  if (can.request)
    describe('a request for files', () => {
      const ask = ({ backend }: Stage, id = operation(), title = 'Your photos') =>
        backend.request({ folder: ROOT, title, recipients: [ONE], operation: id });

      it('has a title, and says whom it went to', async (stage) => {
        const request = await ask(stage);
        ok(request.id);
        equal(request.title, 'Your photos');
        for (const { state } of request.recipients) ok(SAID.includes(state), state);
      });

      it('says its text again, where the backend keeps it', async ({ backend }) => {
        const text = { message: 'All of them, please.', help: 'Ask Ada.' };
        const { message, help } = await backend.request({ folder: ROOT, title: 'Photos', recipients: [], operation: operation(), ...text });
        ok([undefined, text.message].includes(message), message);
        ok([undefined, text.help].includes(help), help);
      });

      if (can.requests && can.createFolder)
        it('is found by its folder, and by no other', async (stage) => {
          const { backend, folder } = stage;
          const [one, two] = [ref(await folder('one')), ref(await folder('two'))];
          const made = await backend.request({ folder: one, title: 'Photos', recipients: [], operation: operation() });
          deepEqual(
            (await backend.requests({ folder: one })).requests.map(({ id }) => id),
            [made.id],
          );
          deepEqual((await backend.requests({ folder: two })).requests, []);
        });

      it('without a title, or for a folder that is gone, is refused', async (stage) => {
        await rejects(ask(stage, operation(), ''), 'invalid');
        if (!can.createFolder || !can.remove) return;
        const gone = ref(await stage.folder('gone'));
        await stage.backend.remove([gone], { recursive: true });
        await rejects(stage.backend.request({ folder: gone, title: 'Lost', recipients: [], operation: operation() }), 'not-found');
      });

      it('asked for twice with one operation is made once', async (stage) => {
        const id = operation();
        equal((await ask(stage, id)).id, (await ask(stage, id)).id);
        stage.loseAnswer?.('request');
        const lost = operation();
        await ask(stage, lost).catch(() => undefined);
        await ask(stage, lost).catch((error: unknown) => equal((error as { code: string }).code, 'unknown-outcome'));
        if (can.requests) ok([stage.loseAnswer ? 1 : 2, 2].includes((await everyRequest(stage)).length));
      });

      if (can.requests)
        it('is among those that were made, each once', async (stage) => {
          const made: string[] = [];
          for (let count = 0; count < 5; count += 1) made.push((await ask(stage)).id);
          deepEqual((await everyRequest(stage)).map(({ id }) => id).sort(), made.sort());
        });
    });
}

const pick = ({ name, email }: { name: string; email: string }) => [name, email];
