import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BasePlugin, Uppy, type PluginOpts, type RestrictionError, type UppyFile, type UppyOptions } from '@uppy/core';
import { FastUppy } from '../../src/uploads/fast-uppy.js';

type Meta = Record<string, unknown>;
type Body = Record<string, never>;
type Options = Partial<UppyOptions<Meta, Body>>;

const quiet = { debug: () => undefined, warn: () => undefined, error: () => undefined };
const text = (name: string, size = 3, type = 'text/plain') => ({
  name,
  type,
  data: new File(['x'.repeat(size)], name, { type, lastModified: 1 }),
  meta: {},
});

interface OutcomesOptions extends PluginOpts {
  outcome: (name: string) => 'done' | 'failed' | Promise<'done' | 'failed'>;
}

/** An uploader that answers as its `outcome` says. */
class Outcomes extends BasePlugin<OutcomesOptions, Meta, Body> {
  runs: string[][] = [];
  constructor(uppy: Uppy<Meta, Body>, options: OutcomesOptions) {
    super(uppy, options);
    this.id = 'Outcomes';
    this.type = 'uploader';
  }
  override install(): void {
    this.uppy.addUploader(async (ids) => {
      this.runs.push(ids.map((id) => this.uppy.getFile(id).name));
      this.uppy.emit('upload-start', this.uppy.getFilesByIds(ids));
      await Promise.all(
        ids.map(async (id) => {
          const outcome = await this.opts.outcome(this.uppy.getFile(id).name);
          const file = this.uppy.getFile(id);
          this.uppy.emit('upload-progress', file, { uploadStarted: 1, bytesUploaded: 1, bytesTotal: file.size });
          if (outcome === 'done') this.uppy.emit('upload-success', this.uppy.getFile(id), { status: 200, body: {} });
          else this.uppy.emit('upload-error', this.uppy.getFile(id), new Error('it failed'));
        }),
      );
    });
  }
}

/** Names of the events as they come, with the files that they tell of. */
function listen(uppy: Uppy<Meta, Body>): string[] {
  const heard: string[] = [];
  const name = (file: UppyFile<Meta, Body> | undefined) => file?.name ?? '-';
  uppy.on('file-added', (file) => heard.push(`file-added ${name(file)}`));
  uppy.on('files-added', (files) => heard.push(`files-added ${files.map(name).join()}`));
  uppy.on('upload', (_, files) => heard.push(`upload ${files.map(name).join()}`));
  uppy.on('upload-start', (files) => heard.push(`upload-start ${files.map(name).join()}`));
  uppy.on('upload-progress', (file, progress) =>
    heard.push(`upload-progress ${name(file)} ${String(progress.bytesUploaded)}/${String(progress.bytesTotal)}`),
  );
  uppy.on('upload-success', (file, { status }) => heard.push(`upload-success ${name(file)} ${String(status)}`));
  uppy.on('upload-error', (file, error) => heard.push(`upload-error ${name(file)} ${error.message}`));
  uppy.on('restriction-failed', (file, error) => heard.push(`restriction-failed ${name(file)} ${error.message}`));
  uppy.on('complete', ({ successful = [], failed = [] }) =>
    heard.push(`complete ${successful.map(name).join()} | ${failed.map(name).join()}`),
  );
  return heard;
}

const classes: [string, (options?: Options) => Uppy<Meta, Body>][] = [
  ['Uppy', (options) => new Uppy({ logger: quiet, infoTimeout: 1, ...options })],
  ['FastUppy', (options) => new FastUppy({ logger: quiet, infoTimeout: 1, ...options })],
];

for (const [title, make] of classes) {
  describe(`${title}: Uppy's documented events and restrictions`, () => {
    test('tells of every added file, then of all', () => {
      const uppy = make();
      const heard = listen(uppy);
      uppy.addFiles([text('a.txt'), text('b.txt')]);
      assert.deepEqual(heard, ['file-added a.txt', 'file-added b.txt', 'files-added a.txt,b.txt']);
      assert.deepEqual(
        uppy.getFiles().map(({ name, extension, type, size, progress }) => ({ name, extension, type, size, progress })),
        ['a.txt', 'b.txt'].map((name) => ({
          name,
          extension: 'txt',
          type: 'text/plain',
          size: 3,
          progress: { percentage: 0, bytesUploaded: false, bytesTotal: 3, uploadComplete: false, uploadStarted: null },
        })),
      );
    });

    test('gives a file the id, name, type and meta that Uppy gives it', () => {
      const uppy = make({ meta: { album: 'x' } });
      const plain = new Uppy<Meta, Body>({ meta: { album: 'x' } });
      const odd = [
        {
          name: 'Ünïcode (1).PDF',
          type: '',
          data: new File(['1'], 'u', { lastModified: 5 }),
          meta: { relativePath: 'a/b/Ünïcode (1).PDF' },
        },
        { name: '', type: 'image/png', data: new File(['22'], '', { lastModified: 6 }), meta: {} },
        { name: 'trailing.', type: '', data: new File([''], 'trailing.', { lastModified: 7 }), meta: { own: 1 } },
      ];
      uppy.addFiles(odd);
      plain.addFiles(odd);
      const seen = (of: Uppy<Meta, Body>) =>
        of.getFiles().map(({ id, name, type, extension, meta, size, isGhost, isRemote, source }) => ({
          id,
          name,
          type,
          extension,
          meta,
          size,
          isGhost,
          isRemote,
          source,
        }));
      assert.deepEqual(seen(uppy), seen(plain));
    });

    test('refuses what a restriction forbids, says why, and takes the others', () => {
      const uppy = make({ restrictions: { maxFileSize: 5, minFileSize: 2, allowedFileTypes: ['.txt', 'image/*'] } } as Options);
      const heard = listen(uppy);
      uppy.addFiles([
        text('big.txt', 6),
        text('ok.txt'),
        text('small.txt', 1),
        text('no.pdf', 3, 'application/pdf'),
        text('p.png', 3, 'image/png'),
      ]);
      assert.deepEqual(heard, [
        'restriction-failed big.txt big.txt exceeds maximum allowed size of 5 B',
        'restriction-failed small.txt This file is smaller than the allowed size of 2 B',
        'restriction-failed no.pdf You can only upload: .txt, image/*',
        'file-added ok.txt',
        'file-added p.png',
        'files-added ok.txt,p.png',
      ]);
    });

    test('refuses a whole batch that is too many or too much', () => {
      const uppy = make({ restrictions: { maxNumberOfFiles: 2, maxTotalFileSize: 7 } } as Options);
      const heard = listen(uppy);
      uppy.addFiles([text('a'), text('b'), text('c')]);
      uppy.addFiles([text('a', 4), text('b', 4)]);
      uppy.addFiles([text('a'), text('b')]);
      assert.deepEqual(
        uppy.getFiles().map(({ name }) => name),
        ['a', 'b'],
      );
      assert.deepEqual(
        heard.filter((line) => line.startsWith('restriction')),
        [
          'restriction-failed - You can only upload 2 files',
          'restriction-failed - You selected 8 B of files, but maximum allowed size is 7 B',
        ],
      );
    });

    test('refuses a duplicate and what onBeforeFileAdded refuses, and takes what it makes of a file', () => {
      const uppy = make({
        onBeforeFileAdded: (file, files) => {
          if (file.name === 'never') return false;
          if (file.name === 'other') return { ...file, name: 'renamed' };
          return !Object.hasOwn(files, file.id);
        },
      });
      const heard = listen(uppy);
      uppy.addFiles([text('a'), text('never'), text('other'), text('a')]);
      assert.deepEqual(
        uppy.getFiles().map(({ name }) => name),
        ['a', 'renamed'],
      );
      uppy.addFiles([text('a')]);
      assert.equal(heard.at(-2), "restriction-failed a Cannot add the duplicate file 'a', it already exists");
      assert.equal(heard.at(-1), 'files-added ');
    });

    test('throws one AggregateError for what is not a restriction, and adds nothing', () => {
      const uppy = make({
        onBeforeFileAdded: (file) => {
          if (file.name === 'bad') throw new Error('no good');
          return true;
        },
      });
      assert.throws(
        () => {
          uppy.addFiles([text('a'), text('bad')]);
        },
        (error: AggregateError) => error.errors.length === 1 && error.message.includes('no good'),
      );
      assert.equal(uppy.getFiles().length, 0);
    });

    test('tells the upload from start to end', async () => {
      const uppy = make().use(Outcomes, { outcome: (name) => (name === 'bad' ? 'failed' : 'done') });
      const heard = listen(uppy);
      uppy.addFiles([text('a'), text('bad')]);
      const result = await uppy.upload();
      assert.deepEqual([result?.successful?.map(({ name }) => name), result?.failed?.map(({ name }) => name)], [['a'], ['bad']]);
      assert.deepEqual(heard.slice(3), [
        'upload a,bad',
        'upload-start a,bad',
        'upload-progress a 1/3',
        'upload-success a 200',
        'upload-progress bad 1/3',
        'upload-error bad it failed',
        'complete a | bad',
      ]);
      const [a, bad] = uppy.getFiles();
      assert.deepEqual(
        [a?.progress.uploadComplete, a?.progress.percentage, bad?.error, bad?.progress.uploadComplete],
        [true, 100, 'it failed', false],
      );
    });

    test('starts by itself with autoProceed, once for a batch', async () => {
      const uppy = make({ autoProceed: true }).use(Outcomes, { outcome: () => 'done' as const });
      const heard = listen(uppy);
      const done = new Promise((resolve) => {
        uppy.on('complete', resolve);
      });
      uppy.addFiles([text('a'), text('b')]);
      await done;
      assert.equal(heard.filter((line) => line.startsWith('upload ')).join(), 'upload a,b');
    });

    test('needs the minimum number of files and the required meta fields', async () => {
      const uppy = make({ restrictions: { minNumberOfFiles: 2, requiredMetaFields: ['caption'] } } as Options).use(Outcomes, {
        outcome: () => 'done' as const,
      });
      const heard = listen(uppy);
      uppy.addFiles([text('a')]);
      await assert.rejects(
        uppy.upload(),
        (error: RestrictionError<Meta, Body>) => error.isRestriction && error.message.includes('at least 2'),
      );
      uppy.addFiles([text('b')]);
      await assert.rejects(uppy.upload(), (error: RestrictionError<Meta, Body>) => error.isRestriction);
      assert.deepEqual(
        uppy.getFiles().map((file) => file.missingRequiredMetaFields),
        [['caption'], ['caption']],
      );
      assert.ok(heard.includes('restriction-failed a Missing required meta fields in a'));
      assert.ok(!heard.some((line) => line.startsWith('upload')));
    });

    test('asks onBeforeUpload', async () => {
      const uppy = make({ onBeforeUpload: () => false }).use(Outcomes, { outcome: () => 'done' as const });
      uppy.addFiles([text('a')]);
      await assert.rejects(uppy.upload(), /onBeforeUpload returned false/);
    });

    test('publishes every change to listeners that compare and to those that take the patch', async () => {
      const uppy = make().use(Outcomes, { outcome: () => 'done' as const });
      const compared: number[] = [];
      let patched: string[] = [];
      uppy.on('state-update', (before, after, patch) => {
        const complete = (files: Record<string, UppyFile<Meta, Body>>) =>
          Object.values(files).filter(({ progress }) => progress.uploadComplete).length;
        if (before.files !== after.files) compared.push(complete(after.files) - complete(before.files));
        if (patch?.files) patched = Object.values(patch.files).map(({ name, progress }) => `${name} ${String(progress.uploadComplete)}`);
      });
      uppy.addFiles([text('a'), text('b')]);
      await uppy.upload();
      assert.equal(
        compared.reduce((sum, change) => sum + change, 0),
        2,
      );
      assert.deepEqual(patched, ['a true', 'b true']);
    });

    test('retries one file and all files, and forgets what was removed', async () => {
      let outcome: 'done' | 'failed' = 'failed';
      const uppy = make().use(Outcomes, { outcome: () => outcome });
      uppy.addFiles([text('a'), text('b'), text('c')]);
      await uppy.upload();
      outcome = 'done';
      const [a, b] = uppy.getFiles();
      await uppy.retryUpload(a?.id ?? '');
      uppy.removeFiles([b?.id ?? '']);
      await uppy.retryAll();
      assert.deepEqual(
        uppy.getFiles().map(({ name, error, progress }) => `${name} ${String(error)} ${String(progress.uploadComplete)}`),
        ['a null true', 'c null true'],
      );
    });
  });
}

describe('FastUppy: what is its own', () => {
  test('a file that was prepared is the same as one that was not, and gets the meta data of the moment it is added', () => {
    const [prepared, other] = [new FastUppy({ logger: quiet }), new FastUppy({ logger: quiet })];
    const [early, late] = [text('early.txt'), text('late.txt')];
    for (const file of [early, late]) prepared.prepare(file);
    for (const uppy of [prepared, other]) {
      uppy.addFiles([early]);
      uppy.setMeta({ album: 'Summer' });
      uppy.addFiles([late]);
    }
    assert.equal(prepared.getFiles()[1]?.meta['album'], 'Summer');
    assert.deepEqual(prepared.getState().files, other.getState().files);
  });

  test('a failed file holds up nothing and is not sent again unasked', async () => {
    const uppy = new FastUppy({ logger: quiet });
    let release: (outcome: 'failed') => void = () => undefined;
    uppy.use(Outcomes, {
      outcome: (name) =>
        name === 'slow'
          ? new Promise((resolve) => {
              release = resolve;
            })
          : name === 'bad'
            ? 'failed'
            : 'done',
    });
    const { runs } = uppy.getPlugin<Outcomes>('Outcomes') ?? { runs: [] };
    uppy.addFiles([text('bad'), text('slow')]);
    const first = uppy.upload();
    await new Promise((resolve) => setTimeout(resolve, 5));
    uppy.addFiles([text('later')]);
    const second = await uppy.upload();
    assert.deepEqual(
      second?.successful?.map(({ name }) => name),
      ['later'],
    );
    assert.deepEqual(runs, [['bad', 'slow'], ['later']]);
    release('failed');
    await first;
    assert.deepEqual(runs.length, 2);
  });

  test('a table that was published never changes afterwards', async () => {
    const uppy = new FastUppy({ logger: quiet });
    uppy.addFiles([text('a')]);
    const [file] = uppy.getFiles();
    const seen: { files: object; copy: string }[] = [];
    uppy.on('state-update', (_, { files }) => seen.push({ files, copy: JSON.stringify(files) }));
    for (let i = 0; i < 5; i++) {
      uppy.setFileState(file?.id ?? '', { error: `e${String(i)}` });
      assert.equal(uppy.getFiles()[0]?.error, `e${String(i)}`);
      uppy.setState({ error: String(i) });
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.ok(seen.length > 5);
    for (const { files, copy } of seen) assert.equal(JSON.stringify(files), copy);
    assert.match(seen.at(-1)?.copy ?? '', /e4/);
  });

  test('pausing and resuming all leaves failed files alone', async () => {
    const uppy = new FastUppy({ logger: quiet }).use(Outcomes, { outcome: () => 'failed' as const });
    uppy.addFiles([text('a')]);
    await uppy.upload();
    uppy.pauseAll();
    uppy.resumeAll();
    assert.equal(uppy.getFiles()[0]?.error, 'it failed');
  });
});
