import type { Item } from '../backend/item.js';
import type { ValueOf } from './browser.order.js';
import type { Language, Word } from './language.js';

/** A column that a page adds. */
export interface BrowserColumn {
  id: string;
  /** What people read above it. */
  label: string;
  /** What it is ordered by; without it the column is in no order. */
  value?: (item: Item) => string | number | undefined;
  /** What people read in it. */
  text: (item: Item) => string;
}

/** A column as it is drawn. */
export interface Column {
  id: string;
  label: (language: Language) => string;
  /** What stands in it; `brief`: where there is little room. */
  text: (item: Item, language: Language, brief?: boolean) => string;
  value: ValueOf | undefined;
  /** Figures stand at the end. */
  figures: boolean;
  /** Pixels; the name takes what is left. */
  width: number;
}

const column = (id: string, word: Word, width: number, figures: boolean, value: ValueOf | undefined, text: Column['text']): Column => ({
  id,
  label: (language) => language.say(word),
  text,
  value,
  figures,
  width,
});

/** What a person may do with an item, in one word. */
function rights({ can }: Item): Word {
  if (can.includes('rename') || can.includes('remove')) return 'mayChange';
  return can.includes('download') || can.includes('copy') ? 'mayRead' : 'maySee';
}

const date = (at: number | undefined, language: Language, brief?: boolean): string => (at === undefined ? '' : language.date(at, brief));

/** Every column that is built in. */
export const COLUMNS: readonly Column[] = [
  column(
    'name',
    'name',
    0,
    false,
    ({ name }) => name,
    ({ name }) => name,
  ),
  column(
    'size',
    'size',
    96,
    true,
    ({ size }) => size,
    ({ size }, language) => (size === undefined ? '' : language.size(size)),
  ),
  column(
    'modified',
    'modified',
    176,
    false,
    ({ modified }) => modified,
    ({ modified }, language, brief) => date(modified, language, brief),
  ),
  column(
    'created',
    'created',
    176,
    false,
    ({ created }) => created,
    ({ created }, language, brief) => date(created, language, brief),
  ),
  column(
    'owner',
    'owner',
    128,
    false,
    ({ owner }) => owner,
    ({ owner = '' }) => owner,
  ),
  column('permissions', 'permissions', 112, false, undefined, (item, language) => language.say(rights(item))),
  column(
    'downloads',
    'downloads',
    104,
    true,
    ({ downloads }) => downloads,
    ({ downloads }, language) => (downloads === undefined ? '' : language.number(downloads)),
  ),
  column(
    'expires',
    'ends',
    176,
    false,
    ({ expires }) => expires,
    ({ expires }, language, brief) => date(expires, language, brief),
  ),
];

/** Columns that are shown before anybody chooses. */
const USUAL = ['name', 'size', 'modified'];

/** Facts that only some backends tell: their columns are shown, or can be chosen, where there is something in them. */
const TOLD: Readonly<Record<string, (item: Item) => unknown>> = {
  created: ({ created }) => created,
  owner: ({ owner }) => owner,
  downloads: ({ downloads }) => downloads,
  expires: ({ expires }) => expires,
};

/** How many items are looked at for what the backend tells of them. */
const LOOKED_AT = 200;

/** Columns that there can be: the built-in ones that have something in them, and the page's own. A page may name built-in ones. */
export function possibleColumns(items: readonly Item[], own: readonly (string | BrowserColumn)[] = []): Column[] {
  const first = items.slice(0, LOOKED_AT);
  const added = own.flatMap((one) => (typeof one === 'string' ? [] : [ownColumn(one)]));
  const there = COLUMNS.filter(({ id }) => {
    const told = TOLD[id];
    return !added.some((one) => one.id === id) && (!told || own.includes(id) || first.some((item) => told(item) !== undefined));
  });
  return [...there, ...added];
}

const ownColumn = ({ id, label, value, text }: BrowserColumn): Column => ({
  id,
  label: () => label,
  text,
  value,
  figures: false,
  width: 144,
});

/** The columns that are shown: those that the person has chosen, else the page's, else the usual ones. The name always comes first. */
export function shownColumns(
  possible: readonly Column[],
  own: readonly (string | BrowserColumn)[] | undefined,
  chosen: readonly string[] | undefined,
): Column[] {
  const wanted = chosen ?? own?.map((one) => (typeof one === 'string' ? one : one.id)) ?? USUAL;
  return possible.filter(({ id }) => id === 'name' || wanted.includes(id));
}
