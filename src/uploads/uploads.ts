import type { Capabilities } from '../backend/capabilities.js';
import type { Delivery } from '../backend/delivery.js';
import { ROOT } from '../backend/item.js';
import { addTo } from './add.js';
import { FastUppy, type FastUppyOptions } from './fast-uppy.js';
import type { Added, Draft, FileInput, Limits, Target, Unfinished, UploadFile, Uploads } from './queue.js';
import { canRemember, forget, recallAll } from './resume.js';
import { Uploader } from './uploader.js';

/** The queue: {@link FastUppy} with the {@link Uploader} installed. */
class Queue extends FastUppy implements Uploads {
  target: Target | undefined;
  /** Where each added file goes, kept by its bytes. */
  readonly #targets = new WeakMap<object, Target>();
  readonly #uploader: Uploader;

  constructor(options: FastUppyOptions) {
    super(options);
    const targetOf = (file: UploadFile): Target | undefined => {
      const target = (file.data && this.#targets.get(file.data)) ?? this.target;
      return target && { ...target, ...(file.ferry && { folder: file.ferry.folder, conflict: file.ferry.conflict }) };
    };
    this.use(Uploader, { targetOf });
    const uploader = this.getPlugin<Uploader>('FerryUploader');
    if (!uploader) throw new Error('The uploader was not installed.');
    this.#uploader = uploader;
  }

  async capabilities(): Promise<Capabilities> {
    const { backend, folder } = this.#needTarget();
    return this.#uploader.lane(backend).capabilities(folder);
  }

  add(files: readonly FileInput[], options: { limits?: Limits; target?: Target; signal?: AbortSignal } = {}): Promise<Added> {
    const { target = this.target, ...rest } = options;
    if (!target) return addTo(this, files, rest);
    for (const { file } of files) this.#targets.set(file, target);
    return addTo(this, files, { ...rest, ferry: { folder: target.folder, conflict: target.conflict } });
  }

  answer(id: string, choice: 'replace' | 'rename' | 'skip', forAll = false): void {
    this.#uploader.answer(id, choice, forAll);
  }

  async deliver(draft: Draft): Promise<Delivery> {
    return (await this.#uploader.loadDeliveries()).deliver(draft);
  }

  sentAgain(ids: readonly string[]): string[] {
    return this.#uploader.deliveries?.sentAgain(ids) ?? [];
  }

  async unfinished(): Promise<Unfinished[]> {
    if (!canRemember()) return [];
    const { account } = await this.capabilities();
    const listed = new Set(this.getFiles().map(({ name, size }) => `${name}/${String(size)}`));
    return (await recallAll(account)).filter(({ name, size }) => !listed.has(`${name}/${String(size)}`));
  }

  async discard({ key }: Unfinished): Promise<void> {
    const { account } = await this.capabilities();
    const { backend } = this.#needTarget();
    const found = (await recallAll(account)).find((one) => one.key === key);
    await forget(key);
    if (found?.delivery) await (await this.#uploader.loadDeliveries()).discard(found.delivery, account, backend);
    else if (found) await backend.abort(found.ticket);
  }

  #needTarget(): Target {
    if (!this.target) throw new Error('This queue has no target: set `uploads.target` to a backend and a folder.');
    return this.target;
  }
}

/** Makes a queue. It is an Uppy: plugins and documented events work as they do there. */
export function createUploads(options: { id?: string; autoProceed?: boolean } = {}): Uploads {
  return new Queue(options);
}

/** The folder at the top of a backend as a target. */
export const rootOf = (backend: Target['backend']): Target => ({ backend, folder: ROOT, conflict: 'ask' });
