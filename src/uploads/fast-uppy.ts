import { RestrictionError, Uppy, type UppyEventMap, type UppyFile, type UppyOptions } from '@uppy/core';
import { getFileNameAndExtension, getFileType, getSafeFileId, isRestrictionError } from '@uppy/core/utils';
import type { UploadFile } from './queue.js';
import { UploadState } from './state.js';

type Meta = Record<string, unknown>;
type Body = Record<string, never>;
type QueuedFile = UppyFile<Meta, Body>;
type Descriptor = Parameters<Uppy<Meta, Body>['addFiles']>[0][number];
type Files = Record<string, QueuedFile>;

/** Options of Uppy, but for its store. */
export type FastUppyOptions = Omit<Partial<UppyOptions<Meta, Body>>, 'store'>;

let count = 0;

/** More notices than this at once help nobody, and Uppy copies their list for each. */
const MOST_NOTICES = 50;

/**
 * An Uppy that stays fast with tens of thousands of files: `patchFilesState`, `addFiles` and `upload` do what Uppy's do, with
 * the same events, in linear time. One thing differs: `upload()` starts only files that never started. A failed file goes
 * again by `retryUpload` or `retryAll` alone, and holds up nothing.
 */
export class FastUppy extends Uppy<Meta, Body> {
  readonly #state: UploadState;
  /** Files that are made already, with the meta data that they were made with. */
  readonly #prepared = new WeakMap<Descriptor, { file: QueuedFile; meta: Meta }>();

  constructor(options: FastUppyOptions = {}) {
    const state = new UploadState();
    super({ ...options, store: state });
    this.#state = state;
  }

  override patchFilesState(patches: Record<string, Partial<QueuedFile>>): void {
    this.#state.patchFiles(patches);
  }

  override emit<Name extends keyof UppyEventMap<Meta, Body>>(event: Name, ...args: Parameters<UppyEventMap<Meta, Body>[Name]>): void {
    // Whoever hears of the end must find every file in its last state.
    if (event === 'complete') this.#state.flush();
    super.emit(event, ...args);
  }

  override info(...args: Parameters<Uppy<Meta, Body>['info']>): void {
    if (this.getState().info.length < MOST_NOTICES) super.info(...args);
  }

  /** Unlike Uppy's, leaves failed files alone: what failed goes again by a retry only. */
  override pauseAll(): void {
    this.#setPaused(true);
    this.emit('pause-all');
  }

  /** Unlike Uppy's, leaves failed files alone. */
  override resumeAll(): void {
    this.#setPaused(false);
    this.emit('resume-all');
  }

  #setPaused(isPaused: boolean): void {
    const running = this.getFiles().filter(({ progress, error }) => progress.uploadStarted && !progress.uploadComplete && !error);
    this.setState({ files: { ...this.getState().files, ...Object.fromEntries(running.map((file) => [file.id, { ...file, isPaused }])) } });
  }

  /** Makes a file that is added later, so that adding thousands at once does not hold up the page. */
  prepare(descriptor: Descriptor): void {
    try {
      this.#prepared.set(descriptor, { file: this.#toFile(descriptor), meta: this.getState().meta });
    } catch {
      // Told when it is added.
    }
  }

  override addFiles(descriptors: Descriptor[]): void {
    const { allowed, added, errors } = this.#admit(descriptors);
    const faults = errors.filter((error) => !this.#refuse(error));
    if (faults.length) throw new AggregateError(faults, `Nothing was added: ${faults.map(({ message }) => message).join('; ')}`);
    this.setState({ files: allowed });
    for (const file of added) this.emit('file-added', file);
    this.emit('files-added', added);
    if (!added.length || !this.opts.autoProceed || this.scheduledAutoProceed) return;
    this.scheduledAutoProceed = setTimeout(() => {
      this.scheduledAutoProceed = null;
      // Told by events.
      this.upload().catch(() => undefined);
    });
  }

  /** Tells of a broken restriction as Uppy does; answers whether it was one. */
  #refuse(error: Error): error is RestrictionError<Meta, Body> {
    if (!isRestrictionError(error)) return false;
    this.emit('restriction-failed', error.file as QueuedFile | undefined, error);
    if (error.isUserFacing) this.info({ message: error.message }, 'error', this.opts.infoTimeout);
    return true;
  }

  /** Uppy's checks in its order, with one copy of the table instead of one for each file. */
  #admit(descriptors: Descriptor[]): { allowed: Files; added: QueuedFile[]; errors: Error[] } {
    let existing = this.getState().files;
    let allowed = { ...existing };
    const added: QueuedFile[] = [];
    const errors: Error[] = [];
    for (const descriptor of descriptors) {
      try {
        const prepared = this.#prepared.get(descriptor);
        let file = prepared?.meta === this.getState().meta ? prepared.file : this.#toFile(descriptor);
        if (!this.getState().allowNewUpload) throw new RestrictionError(this.i18n('noMoreFilesAllowed'), { file });
        const ghost = existing[file.id];
        // A file that Golden Retriever restored without its bytes gets them back.
        if (ghost?.isGhost && !file.isRemote) file = { ...ghost, isGhost: false, data: file.data } as QueuedFile;
        const answer = this.opts.onBeforeFileAdded(file, allowed);
        if (this.getState().files !== existing) {
          existing = this.getState().files;
          allowed = { ...existing, ...allowed };
        }
        if (!answer && this.checkIfFileAlreadyExists(file.id))
          throw new RestrictionError(this.i18n('noDuplicates', { fileName: file.name }), { file });
        if (answer === false && !ghost?.isGhost) {
          throw new RestrictionError('Cannot add the file because onBeforeFileAdded returned false.', { isUserFacing: false, file });
        }
        if (typeof answer === 'object') file = answer;
        const problem = this.validateSingleFile(file);
        if (problem !== null) throw new RestrictionError(problem, { file });
        allowed[file.id] = file;
        added.push(file);
      } catch (error) {
        errors.push(error as Error);
      }
    }
    const problem = this.validateAggregateRestrictions(added);
    if (problem === null) return { allowed, added, errors };
    return { allowed: existing, added: [], errors: [...errors, new RestrictionError(problem)] };
  }

  #toFile(descriptor: Descriptor | File): QueuedFile {
    const source = descriptor instanceof File ? { name: descriptor.name, type: descriptor.type, data: descriptor } : descriptor;
    const type = getFileType(source);
    const nameless = type.startsWith('image/') ? type.replace('/', '.') : 'noname';
    const { name: given = '' } = source;
    const name = given === '' ? nameless : given;
    const size = source.data.size ?? null;
    const folder = (source as Partial<UploadFile>).ferry?.folder.id;
    return {
      source: '',
      isRemote: false,
      ...source,
      // The same file may go to two folders.
      id: getSafeFileId(source as QueuedFile, this.getID()) + (folder ? `-${folder}` : ''),
      name,
      extension: getFileNameAndExtension(name).extension ?? '',
      meta: { ...this.getState().meta, ...('meta' in source && source.meta), name, type },
      type,
      progress: { percentage: 0, bytesUploaded: false, bytesTotal: size, uploadComplete: false, uploadStarted: null },
      size,
      isGhost: false,
    } as QueuedFile;
  }

  override async upload(): ReturnType<Uppy<Meta, Body>['upload']> {
    try {
      return await this.restore(this.#begin());
    } catch (error) {
      if (!this.#refuse(error as Error)) this.emit('error', error as Error);
      throw error;
    }
  }

  /** Makes an upload of every file that never started and answers its id. */
  #begin(): string {
    const chosen = this.opts.onBeforeUpload(this.getState().files);
    if (chosen === false) throw new Error('Not starting the upload because onBeforeUpload returned false.');
    if (typeof chosen === 'object') this.setState({ files: chosen });
    this.#require();
    const { currentUploads, allowNewUpload } = this.getState();
    if (!allowNewUpload) throw new Error('Cannot create a new upload: already uploading.');
    const busy = new Set(Object.values(currentUploads).flatMap(({ fileIDs }) => fileIDs));
    const fresh = this.getFiles().filter((file) => !file.progress.uploadStarted && !file.error && !busy.has(file.id));
    const id = `ferry-${Date.now().toString(36)}-${String(++count)}`;
    this.emit('upload', id, fresh);
    this.setState({
      allowNewUpload: this.opts.allowMultipleUploadBatches,
      currentUploads: { ...currentUploads, [id]: { fileIDs: fresh.map((file) => file.id), step: 0, result: {} } },
    });
    return id;
  }

  /** Uppy's two restrictions that hold for the upload as a whole. */
  #require(): void {
    const { minNumberOfFiles, requiredMetaFields } = this.opts.restrictions;
    const files = this.getFiles();
    if (files.length < (minNumberOfFiles ?? 0))
      throw new RestrictionError(this.i18n('youHaveToAtLeastSelectX', { smart_count: minNumberOfFiles ?? 0 }));
    let failed = false;
    for (const file of requiredMetaFields.length ? files : []) {
      const missing = requiredMetaFields.filter((field) => !Object.hasOwn(file.meta, field) || file.meta[field] === '');
      if (!missing.length && !file.missingRequiredMetaFields) continue;
      const error = missing.length
        ? new RestrictionError(this.i18n('missingRequiredMetaFieldOnFile', { fileName: file.name }), { file })
        : null;
      this.setFileState(file.id, { missingRequiredMetaFields: missing, error: error?.message ?? null });
      if (!error) continue;
      failed = true;
      this.emit('restriction-failed', file, error);
    }
    if (failed) throw new RestrictionError(this.i18n('missingRequiredMetaField'));
  }
}
