/** The look of the pages: the tokens of all elements, with what stands where nobody sets one. */
const CSS = `
:root {
  color-scheme: light dark;
  --accent: light-dark(#0b5cd6, #7db2ff);
  --ink: light-dark(#1b1f24, #e8eaed);
  --soft: light-dark(#59636e, #a0a8b2);
  --surface: light-dark(#fff, #16181c);
  --raised: light-dark(#f5f7f9, #202329);
  --line: light-dark(#d5dae0, #383d45);
  --danger: light-dark(#b3261e, #ff9a90);
  background: var(--surface);
  color: var(--ink);
  font: 15px/20px system-ui, sans-serif;
}
body { margin: 0; }
main { box-sizing: border-box; max-inline-size: 640px; margin: 0 auto; padding: 48px 16px 64px; overflow-wrap: anywhere; }
h1 { margin: 0 0 12px; font-size: 18px; line-height: 24px; font-weight: 600; }
p { margin: 0 0 12px; }
.soft { color: var(--soft); font-size: 13px; line-height: 18px; }
.wrong { color: var(--danger); font-size: 13px; line-height: 18px; }
.message { margin-block: 16px; padding: 12px 16px; border-radius: 10px; background: var(--raised); white-space: pre-wrap; }
.way { display: flex; flex-wrap: wrap; gap: 4px 8px; margin: 0 0 12px; padding: 0; list-style: none; }
.way li + li::before { content: '/'; margin-inline-end: 8px; color: var(--soft); }
.files { margin: 0 0 12px; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 10px; }
.files li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; min-block-size: 40px; padding: 8px 12px; }
.files li + li { border-block-start: 1px solid var(--line); }
.name { flex: 1 1 150px; min-inline-size: 0; }
a { color: var(--accent); }
a.name, .way a { display: inline-block; min-block-size: 24px; line-height: 24px; text-decoration: none; }
a:hover { text-decoration: underline; }
a.next { display: inline-block; padding-block: 4px; }
button { min-block-size: 32px; padding: 0 12px; border: 1px solid var(--line); border-radius: 6px; background: none; color: inherit; font: inherit; cursor: pointer; }
.files button { margin-inline-start: auto; }
button:hover { background: var(--raised); }
.main, .main:hover { border-color: var(--accent); background: var(--accent); color: var(--surface); }
.main { min-block-size: 36px; margin-block: 4px; }
.unlock { display: grid; gap: 8px; max-inline-size: 320px; margin-block-start: 24px; justify-items: start; }
.unlock p { margin: 0; }
input { box-sizing: border-box; inline-size: 100%; min-block-size: 36px; padding: 0 12px; border: 1px solid var(--soft); border-radius: 6px; background: none; color: inherit; font: inherit; }
input[aria-invalid] { border-color: var(--danger); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.said { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
#upload { margin-block-start: 24px; }
@media (forced-colors: active) { .main { border: 2px solid ButtonText; } }
`;

/** Puts `<ferry-upload>` into the page of a request, with the link's token as its credential. */
const SCRIPT = `
const place = document.querySelector('#upload');
const { relay, backend, token } = place.dataset;
const upload = Object.assign(document.createElement('ferry-upload'), { multiple: true });
await customElements.whenDefined('ferry-provider');
const provider = Object.assign(document.createElement('ferry-provider'), { relay, backend, token });
provider.append(upload);
place.append(provider);
`;

const ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  'page.css': { type: 'text/css; charset=utf-8', text: CSS },
  'upload.mjs': { type: 'text/javascript; charset=utf-8', text: SCRIPT },
};

/** What the pages of links load, by its name; nothing for anything else. */
export function answerAsset(name: string): Response | undefined {
  const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  return (
    asset &&
    new Response(asset.text, {
      headers: { 'content-type': asset.type, 'x-content-type-options': 'nosniff', 'cache-control': 'max-age=300' },
    })
  );
}
