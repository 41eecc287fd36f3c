import { expect } from '@open-wc/testing';
import { button, press, text } from './acting.js';
import { cellLater, click, goTo, inside, itemAt, keys, shown, stageBrowser, until } from './browsing.js';

const TREE = { Projects: {}, 'a.txt': 'aaa', 'b.txt': 'bb' };

describe('the details of <ferry-browser>', () => {
  it('say what is known of the selection: facts, permissions, history, and deliveries that contain it', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    element.style.inlineSize = '900px';
    const item = await itemAt(backend, 'a.txt');
    await backend.rename(item, 'z.txt');
    await backend.send({
      items: [{ id: item.id }],
      recipients: [{ kind: 'email', email: 'ines@example.com' }],
      subject: 'The pier',
      operation: '1',
    });
    await element.refresh();
    await goTo(element, 'z.txt');
    await keys('Alt+Enter');
    await until(() => text(element, 'details').includes('The pier'));
    expect(text(element, 'details'))
      .to.include('z.txt')
      .and.include('3 bytes')
      .and.include('You may')
      .and.include('Renamed: a.txt → z.txt')
      .and.include('to one recipient');
    await expect(element).to.be.accessible();
    click(await cellLater(element, 'b.txt'), { ctrlKey: true });
    await until(() => text(element, 'details').includes('2 selected'));
    await keys('Escape');
    await until(() => text(element, 'details').includes('Select something'));
    await press(element, 'Close');
    await until(() => !shown(element, '[part=details]'));
  });

  it('change what the backend lets change, and only what was changed', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    element.style.inlineSize = '900px';
    const describeCall = backend.describe.bind(backend);
    const patches: unknown[] = [];
    backend.describe = (ref, patch, options) => {
      patches.push(patch);
      return describeCall(ref, patch, options);
    };
    await goTo(element, 'a.txt');
    await press(element, 'Details');
    await until(() => shown(element, '[part=details] textarea'));
    const field = inside(element, '[part=details] textarea') as HTMLTextAreaElement;
    field.value = 'A list';
    await press(element, 'Save');
    await until(() => text(element, 'details').includes('Saved'));
    expect(patches).to.deep.equal([{ description: 'A list' }]);
    expect((await itemAt(backend, 'a.txt')).description).to.equal('A list');
    element.readonly = true;
    await until(() => !button(element, 'Save'));
  });

  it('say who has locked it, and until when', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await backend.lock(await itemAt(backend, 'a.txt'));
    await element.refresh();
    await goTo(element, 'a.txt');
    await press(element, 'Details');
    const { locked } = await itemAt(backend, 'a.txt');
    expect(locked?.owner).to.be.a('string');
    await until(() => text(element, 'details').replace(/\s+/g, ' ').includes(`Locked ${locked!.owner!}`));
  });

  it('change everything that a backend lets change of a file and of a folder', async () => {
    const { element, backend } = await stageBrowser({
      seed: TREE,
      capabilities: {
        describe: {
          fields: ['description', 'password', 'colour', 'modified', 'downloadLimit', 'expires', 'notify', 'shared'],
          colours: ['red', 'green'],
        },
      },
    });
    const patches: unknown[] = [];
    backend.describe = (_, patch) => {
      patches.push(patch);
      return itemAt(backend, 'a.txt');
    };
    const fill = (name: string, value: string | boolean): void => {
      const field = inside(element, `[part=details] [name=${name}]`) as HTMLInputElement;
      if (typeof value === 'boolean') field.checked = value;
      else field.value = value;
    };
    await goTo(element, 'a.txt');
    await press(element, 'Details');
    await until(() => shown(element, '[part=details] [name=shared]'));
    expect(shown(element, '[part=details] [name=notify]')).to.equal(false);
    fill('description', 'A list');
    fill('password', 'secret');
    fill('colour', 'green');
    fill('modified', '2026-03-01T10:30');
    fill('downloadLimit', '3');
    fill('expires', '2026-04-01T00:00');
    fill('shared', true);
    await press(element, 'Save');
    await until(() => patches.length === 1);
    expect(patches).to.deep.equal([
      {
        description: 'A list',
        password: 'secret',
        colour: 'green',
        modified: new Date(2026, 2, 1, 10, 30).getTime(),
        downloadLimit: 3,
        expires: new Date(2026, 3, 1).getTime(),
        shared: true,
      },
    ]);
    await until(() => text(element, 'details').includes('Saved'));
    expect((inside(element, '[part=details] [name=password]') as HTMLInputElement).value).to.equal('');
    fill('description', 'Never saved');
    await goTo(element, 'Projects');
    await until(() => shown(element, '[part=details] [name=notify]'));
    expect((inside(element, '[part=details] textarea') as HTMLTextAreaElement).value).to.equal('');
    expect(shown(element, '[part=details] [name=downloadLimit]')).to.equal(false);
    fill('notify', 'daily');
    await press(element, 'Save');
    await until(() => patches.length === 2);
    expect(patches[1]).to.deep.equal({ notify: 'daily' });
  });

  it('say why a change was not taken', async () => {
    const { element, backend } = await stageBrowser({ seed: TREE });
    await goTo(element, 'a.txt');
    await press(element, 'Details');
    await until(() => shown(element, '[part=details] textarea'));
    await backend.remove([await itemAt(backend, 'a.txt')], { recursive: false });
    (inside(element, '[part=details] textarea') as HTMLTextAreaElement).value = 'A list';
    await press(element, 'Save');
    await until(() => text(element, 'details').includes('It is not there any more'));
  });
});
