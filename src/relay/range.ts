/** The slice of a file that a request wants; `end` is exclusive. */
export interface Slice {
  start: number;
  end: number;
}

/**
 * Reads a `Range` header: one slice; `undefined` where the whole file is meant, as for several ranges, units other than bytes and what cannot
 * be read, which RFC 9110 lets a server ignore; `false` where nothing of the file is in it.
 */
export function sliceOf(header: string | null, size: number): Slice | undefined | false {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') return to === '0' || size === 0 ? false : { start: Math.max(0, size - Number(to)), end: size };
  const start = Number(from);
  const end = to === '' ? size : Math.min(size, Number(to) + 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start < size && { start, end };
}
