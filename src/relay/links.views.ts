import type { Ancestor, Item } from '../backend/item.js';
import { markup, type Content, type Markup } from './links.markup.js';
import type { LinkRecord, Sent } from './links.records.js';
import { countText, dateText, sizeText, WORDS } from './links.words.js';

/** A page, with how many steps it is from its address up to that of the style sheet. */
export function page(title: string, depth: number, body: Content, head: Content = ''): Markup {
  const up = '../'.repeat(depth);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}page.css">
${head}</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** A page that only says something. */
export const notice = ([title, text]: readonly [string, string], depth: number): Markup =>
  page(title, depth, markup`<h1>${title}</h1>\n<p class="soft">${text}</p>`);

const titleOf = ({ kind, subject }: LinkRecord): string => subject ?? (kind === 'request' ? WORDS.filesAsked : WORDS.forYou);

/** Who sends, what, and until when. */
const about = (record: LinkRecord, facts: string[]): Markup => {
  const { sender, message, expires } = record;
  const said = [...facts, ...(expires === undefined ? [] : [`${WORDS.until} ${dateText(expires)}`])];
  return markup`<h1 dir="auto">${titleOf(record)}</h1>
${sender !== undefined && markup`<p class="soft">${WORDS.from} <bdi>${sender}</bdi></p>`}
${message !== undefined && markup`<p class="message" dir="auto">${message}</p>`}
${said.length > 0 && markup`<p class="soft">${said.join(' · ')}</p>`}`;
};

/** The page that asks for the password. What is behind it, its title too, is not told. */
export const lockedPage = (link: string, depth: number, wrong: boolean): Markup =>
  page(
    WORDS.password,
    depth,
    markup`<h1>${WORDS.password}</h1>
<p class="soft">${WORDS.passwordAsked}</p>
<form method="post" action="${'../'.repeat(depth)}${link}" class="unlock">
<label for="password">${WORDS.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="200" autofocus${wrong && markup` aria-invalid="true" aria-describedby="wrong"`}>
${wrong && markup`<p id="wrong" class="wrong" role="alert">${WORDS.wrong}</p>`}
<button class="main">${WORDS.unlock}</button>
</form>`,
  );

/** A line of the list: what a page calls it, and the item, or what it was called when it is gone. */
export interface Line {
  name: string;
  item: Item | undefined;
  sent: Pick<Sent, 'name' | 'kind'>;
}

const line = (link: string, { name, item, sent }: Line): Markup => {
  if (!item) return markup`<li><span class="name"><bdi>${sent.name}</bdi></span> <span class="wrong">${WORDS.gone}</span></li>`;
  const shown = item.name === '' ? WORDS.allFiles : item.name;
  if (item.kind === 'folder')
    return markup`<li><a class="name" href="${link}?in=${name}"><bdi>${shown}</bdi></a> <span class="soft">${WORDS.folder}</span></li>`;
  return markup`<li><span class="name"><bdi>${shown}</bdi></span> <span class="soft">${item.size !== undefined && sizeText(item.size)}</span> <button name="item" value="${name}" aria-label="${WORDS.download} ${shown}">${WORDS.download}</button></li>`;
};

/** What one page of a link shows. */
export interface Shelf {
  lines: Line[];
  /** The way from what was sent to the folder that is shown, by what a page calls each step. */
  way: (Ancestor & { called: string })[];
  /** What the button for all of it downloads; absent where one file is all. */
  all: string | undefined;
  /** Where the next page is. */
  next: string | undefined;
  /** How many items there are, and their bytes, where all are shown. */
  total: { count: number; size: number | undefined } | undefined;
}

/** The page that offers files. */
export function filesPage(link: string, record: LinkRecord, { lines, way, all, next, total }: Shelf): Markup {
  const facts = total
    ? [`${countText(total.count, 'item', 'items')}${total.size === undefined ? '' : `, ${sizeText(total.size)}`}`.replace(/^one/, 'One')]
    : [];
  const steps = way.map(({ name, called }, index) =>
    index === way.length - 1
      ? markup`<li aria-current="page"><bdi>${name}</bdi></li>`
      : markup`<li><a href="${link}${called && `?in=${called}`}"><bdi>${name}</bdi></a></li>`,
  );
  const isFolder = way.length > 0;
  return page(
    titleOf(record),
    0,
    markup`${about(record, facts)}
${isFolder && markup`<nav aria-label="${WORDS.folder}"><ol class="way">${steps}</ol></nav>`}
<form method="post" action="${link}/download">
${all !== undefined && lines.some(({ item }) => item) && markup`<p><button class="main" name="item" value="${all}">${isFolder ? WORDS.downloadFolder : WORDS.downloadAll}</button></p>`}
<h2 class="said">${WORDS.contents}</h2>
${lines.length > 0 ? markup`<ul class="files">\n${lines.map((one) => markup`${line(link, one)}\n`)}</ul>` : markup`<p class="soft">${WORDS.nothing}</p>`}
${!isFolder && lines.length > 0 && lines.every(({ item }) => !item) && !next && markup`<p class="wrong">${WORDS.allGone}</p>`}
${next !== undefined && markup`<p><a class="next" href="${next}">${WORDS.more}</a></p>`}
</form>`,
  );
}

/** The page that takes files: the one that needs a script. */
export const requestPage = (
  record: LinkRecord,
  script: string | undefined,
  access: { relay: string; backend: string; token: string },
): Markup =>
  page(
    titleOf(record),
    0,
    markup`${about(record, [])}
${record.help !== undefined && markup`<p class="message" dir="auto"><b>${WORDS.help}:</b> ${record.help}</p>`}
${script === undefined ? markup`<p class="wrong">${WORDS.noUploads}</p>` : markup`<div id="upload" data-relay="${access.relay}" data-backend="${access.backend}" data-token="${access.token}"></div>`}`,
    script !== undefined && markup`<script src="${script}" defer></script>\n<script src="upload.mjs" type="module"></script>\n`,
  );
