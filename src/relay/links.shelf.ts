import { BackendError } from '../backend/errors.js';
import { itemOr } from './links.drafts.js';
import { findNamed, nameWithin, type Named } from './links.downloads.js';
import type { LinkGround } from './links.ground.js';
import type { Sent } from './links.records.js';
import type { Line, Shelf } from './links.views.js';
import { WORDS } from './links.words.js';

/** Most lines of one page. */
const LINES = 200;

const sizeOf = (lines: Line[]): number | undefined => {
  const sizes = lines.flatMap(({ item }) => (item ? [item.kind === 'file' ? item.size : undefined] : []));
  return sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
};

const totalOf = (lines: Line[]): Shelf['total'] => ({ count: lines.filter(({ item }) => item).length, size: sizeOf(lines) });

/** What a page of a link shows, as its address asks for it: what was sent, or a folder of that, as they are now. */
export async function shelfOf(ground: LinkGround, link: string, search: URLSearchParams): Promise<Shelf> {
  const sent = await ground.records.items(link);
  const name = search.get('in');
  const [first, ...others] = sent;
  // A folder by itself is opened at once.
  const lone = name === null && first?.kind === 'folder' && others.length === 0 ? await findNamed(ground, link, sent, '0') : undefined;
  if (name === null && !lone) return tops(ground, link, sent, Number(search.get('from') ?? 0));
  const named = lone ?? (await findNamed(ground, link, sent, name ?? ''));
  if (named?.item.kind !== 'folder') throw new BackendError('not-found', 'The folder is not there any more.');
  return within(ground, link, sent, named, search.get('page'));
}

async function tops(ground: LinkGround, link: string, sent: readonly Sent[], from: number): Promise<Shelf> {
  const start = Number.isSafeInteger(from) && from > 0 && from < sent.length ? from : 0;
  const lines = await Promise.all(
    sent
      .slice(start, start + LINES)
      .map(async (one, index): Promise<Line> => ({ name: String(start + index), item: await itemOr(ground, one), sent: one })),
  );
  const isAll = sent.length <= LINES;
  return {
    lines,
    way: [],
    all: sent.length > 1 ? 'all' : undefined,
    next: start + LINES < sent.length ? `${link}?from=${start + LINES}` : undefined,
    total: isAll ? totalOf(lines) : undefined,
  };
}

async function within(
  ground: LinkGround,
  link: string,
  sent: readonly Sent[],
  { top, sent: whole, item }: Named,
  page: string | null,
): Promise<Shelf> {
  const cursors = ground.seals.of<string>('link cursor');
  const cursor = page === null ? {} : { cursor: await cursors.open(page) };
  const { folder, ancestors, items, cursor: next } = await ground.backend.list({ id: item.id }, { limit: LINES, ...cursor });
  const called = (id: string): string => (id === whole.id ? String(top) : nameWithin(ground, link, top, { id }));
  const lines = items.map((one): Line => ({ name: called(one.id), item: one, sent: one }));
  const steps = [...ancestors, folder];
  const way = steps.slice(steps.findIndex(({ id }) => id === whole.id));
  const here = called(folder.id);
  return {
    lines,
    way: [
      ...(sent.length > 1 ? [{ id: '', name: WORDS.allFiles, called: '' }] : []),
      ...way.map(({ id, name }) => ({ id, name: name || WORDS.allFiles, called: called(id) })),
    ],
    all: here,
    next: next === undefined ? undefined : `${link}?in=${here}&page=${await cursors.seal(next)}`,
    total: page === null && next === undefined ? totalOf(lines) : undefined,
  };
}
