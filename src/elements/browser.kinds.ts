import type { Item } from '../backend/item.js';
import type { IconName } from './icons.js';

/** How a file can be looked at. `drawing`: an SVG, which is drawn on a canvas so that nothing in it ever runs. */
export type PreviewKind = 'image' | 'drawing' | 'video' | 'audio' | 'pdf' | 'text';

/** Most bytes of a text that is shown: 1 MB. */
export const MOST_TEXT = 1e6;
/** Most bytes that are read for a PDF or a drawing. */
export const MOST_READ = 50e6;

const BY_EXTENSION: Readonly<Record<string, PreviewKind>> = Object.fromEntries(
  Object.entries({
    image: 'png jpg jpeg gif webp avif bmp ico',
    drawing: 'svg',
    video: 'mp4 m4v webm mov ogv',
    audio: 'mp3 m4a aac ogg oga opus wav flac',
    pdf: 'pdf',
    text: 'txt md csv tsv log json xml yml yaml ini conf html htm css js mjs ts tsx jsx py rb php java c h cpp cs go rs sh sql srt vtt',
  }).flatMap(([kind, extensions]) => extensions.split(' ').map((extension) => [extension, kind as PreviewKind])),
);

const extensionOf = (name: string): string => (/\.([^.]+)$/.exec(name)?.[1] ?? '').toLowerCase();

/** How a file can be looked at; by its name, because media types are missing or wrong more often. */
export function previewOf({ kind, name, type = '', size = 0 }: Item): PreviewKind | undefined {
  if (kind === 'folder') return undefined;
  const found = BY_EXTENSION[extensionOf(name)] ?? byType(type);
  const most = found === 'text' ? MOST_TEXT : found === 'pdf' || found === 'drawing' ? MOST_READ : Infinity;
  return size > most ? undefined : found;
}

function byType(type: string): PreviewKind | undefined {
  if (type.startsWith('image/svg')) return 'drawing';
  if (type === 'application/pdf') return 'pdf';
  const [, kind] = /^(image|video|audio|text)\//.exec(type) ?? [];
  return kind as PreviewKind | undefined;
}

const ARCHIVE = /\.(zip|tar|gz|tgz|bz2|xz|7z|rar)$/i;

/** The picture of an item. */
export function pictureOf(item: Item): IconName {
  if (item.kind === 'folder') return 'folder';
  if (ARCHIVE.test(item.name)) return 'archive';
  const kind = previewOf({ ...item, size: 0 });
  if (kind === 'drawing') return 'image';
  if (kind && kind !== 'pdf') return kind;
  return kind ? 'text' : 'file';
}
