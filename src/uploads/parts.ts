import type { Part, UploadCapability } from '../backend/upload.js';

/** A run of bytes that is not there yet, and how many part numbers are left for it. */
interface Gap {
  start: number;
  end: number;
  number: number;
  numbers: number;
}

/**
 * Where the cuts of one file fall. Part numbers rise with their place in the file, so that a resumed upload fills its holes
 * with the numbers that were theirs. An empty file is one part of zero bytes.
 */
export class Cuts {
  readonly #upload: UploadCapability;
  readonly #gaps: Gap[] = [];
  /** The one size of all parts, where they must be equal. */
  #equal: number | undefined;

  constructor(size: number, upload: UploadCapability, there: readonly Part[] = []) {
    this.#upload = upload;
    const known = [...there].sort((a, b) => a.number - b.number);
    const [first] = known;
    // Equal parts before this one end where it starts; of part 1 the end tells.
    if (first && upload.cuts === 'equal') this.#equal = first.number > 1 ? first.start / (first.number - 1) : first.end;
    let start = 0;
    let number = 1;
    for (const part of known) {
      if (part.start > start) this.#gaps.push({ start, end: part.start, number, numbers: part.number - number });
      start = part.end;
      number = part.number + 1;
    }
    if (start < size || number === 1) this.#gaps.push({ start, end: size, number, numbers: upload.maxParts - number + 1 });
  }

  /** Bytes that are not cut yet. */
  get left(): number {
    return this.#gaps.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** The next part, as close to `wanted` bytes as the backend allows; `undefined` when nothing is left. */
  take(wanted: number): Part | undefined {
    const gap = this.#gaps[0];
    if (!gap) return undefined;
    const size = this.#size(gap, wanted);
    const part = { number: gap.number, start: gap.start, end: Math.min(gap.end, gap.start + size) };
    gap.start = part.end;
    gap.number++;
    gap.numbers--;
    if (gap.start >= gap.end) this.#gaps.shift();
    return part;
  }

  #size({ start, end, numbers }: Gap, wanted: number): number {
    const { partSize, cuts } = this.#upload;
    const needed = Math.ceil((end - start) / Math.max(1, numbers));
    if (cuts === 'equal' && this.#equal !== undefined) return this.#equal;
    const size = Math.max(1, needed, Math.min(partSize.max, Math.max(partSize.min, wanted)));
    if (cuts === 'equal') this.#equal = size;
    return size;
  }
}
