import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../src/elements/upload.js';

describe('the order of definitions', () => {
  it('does not matter: a provider that is defined last reaches what is inside it', async () => {
    const host = await fixture(html`<ferry-provider backend="memory"><ferry-upload></ferry-upload></ferry-provider>`);
    const upload = host.querySelector('ferry-upload')!;
    const choose = (): HTMLButtonElement => upload.shadowRoot!.querySelector('button')!;
    expect(choose().disabled).to.equal(true);
    await import('../../src/elements/provider.js');
    await waitUntil(() => !choose().disabled);
  });

  it('does not matter how often the script is loaded', async () => {
    // Another URL is another module.
    const again = new URL('../../src/elements/upload.ts?again', import.meta.url).href;
    await import(again);
    expect(customElements.get('ferry-upload')).to.be.a('function');
  });
});
