import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import type { FerryProgress } from '../../src/elements/progress.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { file, warnings } from './acting.js';

const width = (bar: FerryProgress): string => bar.shadowRoot!.querySelector<HTMLElement>('[part=bar]')!.style.inlineSize;

describe('<ferry-progress>', () => {
  it('shows a value', async () => {
    const bar = await fixture<FerryProgress>(html`<ferry-progress value="0.25" label="Backup"></ferry-progress>`);
    expect(width(bar)).to.equal('25%');
    bar.value = 1;
    await bar.updateComplete;
    expect(width(bar)).to.equal('100%');
    await expect(bar).to.be.accessible();
  });

  it('warns of a value that is none, and shows the nearest', async () => {
    let bar!: FerryProgress;
    const heard = await warnings(async () => {
      bar = await fixture<FerryProgress>(html`<ferry-progress value="40"></ferry-progress>`);
    });
    expect(heard).to.deep.equal(['<ferry-progress value="40">: expected a number between 0 and 1.']);
    expect(width(bar)).to.equal('100%');
  });

  it('moves when nobody knows how much is done', async () => {
    const bar = await fixture<FerryProgress>(html`<ferry-progress indeterminate></ferry-progress>`);
    expect(getComputedStyle(bar.shadowRoot!.querySelector('[part=bar]')!).animationName).to.equal('move');
    await expect(bar).to.be.accessible();
  });

  it('follows a queue, and one upload of it', async () => {
    const uploads = createUploads();
    uploads.target = { backend: memory({ delay: 20 }), folder: { id: '' }, conflict: 'ask' };
    const { added } = await uploads.add([{ file: file('a.bin', 100) }, { file: file('b.bin', 300) }]);
    const whole = await fixture<FerryProgress>(html`<ferry-progress .uploads=${uploads}></ferry-progress>`);
    const one = await fixture<FerryProgress>(html`<ferry-progress .uploads=${uploads} .upload=${added[1]}></ferry-progress>`);
    expect(width(whole)).to.equal('0%');
    await uploads.upload();
    await waitUntil(() => width(whole) === '100%' && width(one) === '100%');
  });

  it('follows a delivery through its phases, and says each', async () => {
    const uploads = createUploads();
    const upload = { needsDelivery: true, conflict: ['rename' as const] };
    const backend = memory({ delay: 20, capabilities: { upload, send: { when: ['around-upload'] } } });
    uploads.target = { backend, folder: { id: '' }, conflict: 'rename' };
    await uploads.add([{ file: file('a.bin', 100) }, { file: file('b.bin', 300) }]);
    const bar = await fixture<FerryProgress>(html`<ferry-progress delivery .uploads=${uploads}></ferry-progress>`);
    await waitUntil(() => bar.shadowRoot!.querySelector('[part=phase]'));
    const phase = bar.shadowRoot!.querySelector('[part=phase]')!;
    expect(phase.getAttribute('role')).to.equal('status');
    const said: string[] = [];
    new MutationObserver(() => said.push(phase.textContent)).observe(phase, { childList: true, characterData: true, subtree: true });
    await expect(bar).to.be.accessible();
    await uploads.upload();
    await waitUntil(() => phase.textContent === 'Sent' && width(bar) === '100%');
    expect(said.at(-1)).to.equal('Sent');
    expect(said.every((words, index) => words !== said[index - 1])).to.equal(true);
    await expect(bar).to.be.accessible();
  });

  it('shows a delivery that the page follows by itself, and why one failed', async () => {
    const bar = await fixture<FerryProgress>(html`<ferry-progress .delivery=${{ phase: 'opening', files: [] }}></ferry-progress>`);
    const words = (): string => bar.shadowRoot!.querySelector('[part=phase]')?.textContent ?? '';
    await waitUntil(() => words() === 'Preparing…');
    expect(getComputedStyle(bar.shadowRoot!.querySelector('[part=bar]')!).animationName).to.equal('move');
    bar.delivery = { phase: 'sending', files: [] };
    await waitUntil(() => words() === 'Sending…');
    bar.delivery = { phase: 'failed', files: [], code: 'offline' };
    await waitUntil(() => words() === 'Not sent: No connection');
    await expect(bar).to.be.accessible();
    bar.delivery = false;
    await bar.updateComplete;
    expect(words()).to.equal('');
    await expect(bar).to.be.accessible();
  });
});
