/** The files that a page uploads. */
let files: File[] = [];
let rounds = 0;

/** Makes small files of random bytes. */
export function make(count: number, size: number): void {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  const piece = new Blob([bytes]);
  files = Array.from({ length: count }, (_, index) => new File([piece], `${index}.bin`, { lastModified: 1e12 }));
}

/** Takes what was chosen in an input: large files are on a disk, as Chromium has only so much memory for slices of those that a page made. */
export function take(input: HTMLInputElement): void {
  files = [...(input.files ?? [])];
}

/** The files, under names that none of them had before. */
export function named(): File[] {
  const round = ++rounds;
  return files.map((file) => new File([file], `${round} ${file.name}`, { lastModified: file.lastModified }));
}
