import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import { file, hear, names, press } from './acting.js';

const form = async (attributes: { required?: boolean; disabled?: boolean } = {}, backend = memory()) => {
  const host = await fixture<HTMLFormElement>(html`
    <form>
      <fieldset ?disabled=${attributes.disabled}>
        <label for="papers">Your papers</label>
        <ferry-upload id="papers" name="papers" multiple ?required=${attributes.required} .backend=${backend}></ferry-upload>
      </fieldset>
    </form>
  `);
  const element = host.querySelector('ferry-upload')!;
  await element.updateComplete;
  return { host, element, backend };
};

describe('<ferry-upload> as a form field', () => {
  it('sends the stored items as JSON, and nothing before there are any', async () => {
    const { host, element } = await form();
    expect(new FormData(host).has('papers')).to.equal(false);
    expect(element.value).to.equal('');
    expect(host.checkValidity()).to.equal(true);
    const completed = hear(element, 'ferry-completed');
    await element.add([file('a.txt', 7, 'text/plain')]);
    await completed;
    await waitUntil(() => new FormData(host).has('papers'));
    const [item] = JSON.parse(new FormData(host).get('papers') as string) as Record<string, unknown>[];
    expect(item).to.include({ name: 'a.txt', size: 7, type: 'text/plain' });
    expect(item!['id']).to.be.a('string').and.not.equal('');
    expect(element.value).to.equal(new FormData(host).get('papers'));
  });

  it('cannot be sent while files are under way', async () => {
    const { host, element, backend } = await form();
    backend.knobs.speed = 20_000;
    const completed = hear(element, 'ferry-completed');
    await element.add([file('a.bin', 10_000)]);
    await waitUntil(() => !host.checkValidity());
    expect(new FormData(host).has('papers')).to.equal(false);
    await completed;
    await waitUntil(() => host.checkValidity());
  });

  it('cannot be sent with a file that failed, until it is removed', async () => {
    const { host, element, backend } = await form();
    backend.knobs.fail = (call) => (call === 'init' ? new BackendError('forbidden', 'No.') : undefined);
    await element.add([file('a.bin')]);
    await waitUntil(() => !host.checkValidity());
    await press(element, 'Remove: a.bin');
    await waitUntil(() => host.checkValidity());
  });

  it('cannot be sent empty when it is required', async () => {
    const { host, element } = await form({ required: true });
    expect(host.checkValidity()).to.equal(false);
    expect(element.matches(':invalid')).to.equal(true);
    const completed = hear(element, 'ferry-completed');
    await element.add([file('a.txt')]);
    await completed;
    await waitUntil(() => host.checkValidity());
  });

  it('is emptied when the form is reset', async () => {
    const { host, element } = await form();
    const completed = hear(element, 'ferry-completed');
    await element.add([file('a.txt')]);
    await completed;
    host.reset();
    await waitUntil(() => names(element).length === 0);
    expect(element.value).to.equal('');
  });

  it('is disabled with its fieldset', async () => {
    const { host, element } = await form({ disabled: true });
    await waitUntil(() => element.shadowRoot!.querySelector('button')!.disabled);
    host.querySelector('fieldset')!.disabled = false;
    await waitUntil(() => !element.shadowRoot!.querySelector('button')!.disabled);
  });

  it('gets the focus when its label is clicked', async () => {
    const { host, element } = await form();
    host.querySelector('label')!.click();
    await waitUntil(() => document.activeElement === element);
  });

  it('keeps its files apart from those of other fields under one provider', async () => {
    const host = await fixture<HTMLFormElement>(html`
      <form>
        <ferry-provider .backend=${memory()}>
          <ferry-upload name="one"></ferry-upload>
          <ferry-upload name="two"></ferry-upload>
        </ferry-provider>
      </form>
    `);
    const [one, two] = host.querySelectorAll('ferry-upload');
    const completed = hear(one!, 'ferry-completed');
    await one!.add([file('a.txt')]);
    await completed;
    await waitUntil(() => new FormData(host).has('one'));
    expect(new FormData(host).has('two')).to.equal(false);
    expect(names(two!)).to.deep.equal([]);
  });
});
