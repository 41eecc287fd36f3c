import { expect, fixture, html } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import type { Item } from '../../src/backend/item.js';
import type { FerryBrowser } from '../../src/elements/browser.js';
import { button, hear, press } from './acting.js';
import {
  cell,
  cellLater,
  click,
  doubleClick,
  goTo,
  inside,
  keys,
  menuOf,
  menuLines,
  namesIn,
  rightClick,
  selectedIn,
  shown,
  stageBrowser,
  until,
} from './browsing.js';

const TREE = { Projects: { Plans: {}, 'pier.pdf': 'x' }, 'a.txt': 'aaa', 'b.pdf': 'bb', 'c.pdf': 'c' };

/** A picker in a form, with what the form would send. */
async function stageForm(attributes: Partial<FerryBrowser>): Promise<{ element: FerryBrowser; form: HTMLFormElement; sent: () => Item[] }> {
  localStorage.clear();
  const form = await fixture<HTMLFormElement>(html`
    <form>
      <label for="pick">Your paper</label>
      <ferry-browser id="pick" name="paper" .backend=${memory({ seed: TREE })}></ferry-browser>
      <button type="reset">Reset</button>
    </form>
  `);
  const element = Object.assign(form.querySelector('ferry-browser')!, attributes);
  await cellLater(element, 'Projects');
  await element.updateComplete;
  return { element, form, sent: () => JSON.parse((new FormData(form).get('paper') as string | null) ?? '[]') as Item[] };
}

describe('a picker of files', () => {
  it('chooses one of those that the page accepts, and tells it', async () => {
    const { element } = await stageBrowser({ seed: TREE }, { picker: 'files', accept: '.pdf' });
    await expect(element).to.be.accessible();
    expect(cell(element, 'a.txt').closest('[role=row]')!.ariaDisabled).to.equal('true');
    expect(inside(element, '.list').ariaMultiSelectable).to.equal('false');
    expect(button(element, 'Choose')!.disabled).to.equal(true);
    click(cell(element, 'a.txt'));
    expect(element.selection).to.deep.equal([]);
    click(cell(element, 'b.pdf'));
    click(cell(element, 'c.pdf'), { ctrlKey: true });
    await element.updateComplete;
    expect(selectedIn(element)).to.deep.equal(['c.pdf']);
    const told = hear(element, 'ferry-selected');
    await press(element, 'Choose');
    expect((await told).items.map(({ name }) => name)).to.deep.equal(['c.pdf']);
  });

  it('goes into folders, and answers to a double click and to Enter', async () => {
    const { element } = await stageBrowser({ seed: TREE }, { picker: 'files' });
    await goTo(element, 'Projects');
    await keys('Enter');
    await cellLater(element, 'pier.pdf');
    const told = hear(element, 'ferry-selected');
    doubleClick(cell(element, 'pier.pdf'));
    expect((await told).items.map(({ name }) => name)).to.deep.equal(['pier.pdf']);
    const again = hear(element, 'ferry-selected');
    await goTo(element, 'pier.pdf');
    await keys('Enter');
    expect((await again).items.length).to.equal(1);
  });

  it('chooses several where it may, and offers nothing that is not for choosing', async () => {
    const { element } = await stageBrowser({ seed: TREE }, { picker: 'files', multiple: '' });
    await goTo(element, 'a.txt');
    await keys('Control+a');
    await until(() => selectedIn(element).length === 3);
    expect(selectedIn(element)).to.not.include('Projects');
    rightClick(cell(element, 'b.pdf'));
    await element.updateComplete;
    expect(shown(element, '.menu:popover-open')).to.equal(false);
    await keys('Delete', 'F2', 'Control+x');
    expect(shown(element, 'dialog[open], [part=rename], .cut')).to.equal(false);
  });
});

describe('a picker of folders', () => {
  it('shows folders alone, and answers with the one that is selected, else with the one that is shown', async () => {
    const { element } = await stageBrowser({ seed: TREE }, { picker: 'folders' });
    expect(namesIn(element)).to.deep.equal(['Projects']);
    await goTo(element, 'Projects');
    let told = hear(element, 'ferry-selected');
    await press(element, 'Choose');
    expect((await told).items.map(({ name }) => name)).to.deep.equal(['Projects']);
    await goTo(element, 'Projects');
    await keys('Enter');
    await cellLater(element, 'Plans');
    told = hear(element, 'ferry-selected');
    await press(element, 'Choose');
    expect((await told).items.map(({ name }) => name)).to.deep.equal(['Projects']);
  });

  it('can make the folder that is missing', async () => {
    const { element } = await stageBrowser({ seed: TREE }, { picker: 'folders' });
    rightClick(inside(element, '.list'));
    await menuOf(element);
    expect(menuLines(element)).to.include('New folder').and.not.include('Upload');
  });
});

describe('<ferry-browser> in a form', () => {
  it('is a field with the name of its label, whose value is what is picked', async () => {
    const { element, form, sent } = await stageForm({ picker: 'files', multiple: true });
    expect(sent()).to.deep.equal([]);
    click(cell(element, 'b.pdf'));
    click(cell(element, 'c.pdf'), { ctrlKey: true });
    await element.updateComplete;
    expect(sent().map(({ name, size }) => [name, size])).to.deep.equal([
      ['b.pdf', 2],
      ['c.pdf', 1],
    ]);
    expect(Object.keys(sent()[0]!)).to.have.members(['id', 'name', 'size', 'type']);
    await expect(form).to.be.accessible();
    form.reset();
    await element.updateComplete;
    expect(sent()).to.deep.equal([]);
    expect(element.selection).to.deep.equal([]);
  });

  it('sends nothing where it is no picker, and takes nothing while it is disabled', async () => {
    const { element, form, sent } = await stageForm({});
    click(cell(element, 'b.pdf'));
    await element.updateComplete;
    expect(sent()).to.deep.equal([]);
    const fields = document.createElement('fieldset');
    fields.disabled = true;
    form.append(fields);
    fields.append(element);
    await element.updateComplete;
    expect(element.inert).to.equal(true);
  });
});
