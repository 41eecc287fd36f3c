import { memory, type MemoryBackend, type MemoryOptions } from '../src/adapters/memory.js';
import { BackendError, type ErrorCode } from '../src/backend/errors.js';
import { ROOT, type Item } from '../src/backend/item.js';
import type { UploadPhase, Uploads, UploadFile } from '../src/uploads/queue.js';
import { createUploads } from '../src/uploads/uploads.js';

/** Noon of a day that never changes. */
export const DAY = Date.UTC(2026, 4, 18, 12);

/** A file of a scene, and the moment that it is shown in. */
export interface Actor {
  name: string;
  size: number;
  phase?: UploadPhase;
  /** How much of it is sent, 0 to 1. */
  sent?: number;
  path?: string;
  code?: ErrorCode;
  /** The item whose name it would take. */
  exists?: Pick<Item, 'size' | 'modified'>;
  picture?: boolean;
}

const item = (name: string, facts: Partial<Item> = {}): Item => ({ id: name, name, kind: 'file', can: [], ...facts });

/** A small picture in a format that needs no encoder: a bitmap that goes from one colour into another. */
export function picture(seed: number): Uint8Array<ArrayBuffer> {
  const side = 48;
  const bytes = new Uint8Array(54 + side * side * 3);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, bytes.length],
    [10, 54],
    [14, 40],
    [18, side],
    [22, side],
    [26, 1 | (24 << 16)],
  ] as const)
    view.setUint32(at, value, true);
  for (let at = 0; at < side * side; at++) {
    const share = at / (side * side);
    bytes.set([90 + 120 * share, (seed * 70) % 255, 220 - 150 * share], 54 + at * 3);
  }
  return bytes;
}

/** A queue that stands still in the middle of things, as pictures need it. Its files can be acted on, but move no byte. */
export function standing(actors: Actor[]): Uploads {
  const uploads = createUploads({ autoProceed: false });
  uploads.addFiles(
    actors.map(({ name, path, picture: drawn }, index) => ({
      name,
      type: drawn ? 'image/bmp' : 'application/octet-stream',
      data: new File(drawn ? [picture(index)] : [], name, { lastModified: DAY }),
      source: 'story',
      meta: path ? { relativePath: `${path}/${name}` } : {},
    })),
  );
  const files = Object.values(uploads.getState().files);
  const patches = Object.fromEntries(actors.map((actor, index) => [files[index]?.id ?? '', frozen(actor)]));
  (uploads as unknown as { patchFilesState: (patches: Record<string, Partial<UploadFile>>) => void }).patchFilesState(patches);
  return uploads;
}

function frozen({ name, size, phase = 'queued', sent = 0, code, exists }: Actor): Partial<UploadFile> {
  const started = phase === 'queued' ? null : DAY;
  const bytesUploaded = Math.round(size * sent);
  return {
    size,
    isPaused: phase === 'paused',
    error: phase === 'failed' ? 'It failed.' : null,
    progress: { uploadStarted: started, uploadComplete: phase === 'done', bytesUploaded, bytesTotal: size },
    ferry: {
      folder: ROOT,
      conflict: 'ask',
      ...(phase === 'sending' || phase === 'waiting' || phase === 'asking' || phase === 'finishing' || phase === 'held' ? { phase } : {}),
      ...(phase === 'done' ? { item: item(name, { size }) } : {}),
      ...(code ? { code } : {}),
      ...(exists ? { exists: item(name, exists) } : {}),
    },
  };
}

/** How the backend of a story behaves, by the toolbar's word for it. */
const CONNECTIONS: Record<string, MemoryOptions> = {
  normal: { speed: 20e6 },
  slow: { delay: 300, speed: 200e3 },
  failing: { fail: (call) => (call === 'write' ? new BackendError('server', 'The story lets every part fail.') : undefined) },
  offline: { fail: () => new BackendError('offline', 'The story has no connection.') },
};

/** A backend that behaves as the toolbar says. */
export const backend = (globals: { connection?: string }, options: MemoryOptions = {}): MemoryBackend =>
  memory({ ...CONNECTIONS[globals.connection ?? 'normal'], ...options });
