import { html, type TemplateResult } from 'lit';

/** A name without the marks that turn the direction of text: they can hide an extension. */
export const plainName = (name: string): string => name.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');

/** Names shorter than this find room. */
const SHORT = 20;

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufeff]/;

/** Where a name is cut so that its end stays in view. Not where two directions meet: their order hangs together. */
function endOf(name: string): number {
  if (name.length < SHORT) return name.length;
  const turned = RIGHT_TO_LEFT.test(name);
  const end = (turned ? /\.\w{1,8}$/ : /[!-~]{0,4}\.\w{1,8}$/).exec(name)?.index ?? name.length;
  const [last = ''] = /\p{L}(?=\P{L}*$)/u.exec(name.slice(0, end)) ?? [];
  return turned && !RIGHT_TO_LEFT.test(last) ? name.length : end;
}

/** A name whose end stays in view where there is no room for all of it. */
export function fullName(name: string): TemplateResult {
  const end = endOf(name);
  return html`<bdi part="name" title=${name}><span>${name.slice(0, end)}</span><span>${name.slice(end)}</span></bdi>`;
}
