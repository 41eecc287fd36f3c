// A page of somebody who has Uppy already: `<ferry-upload>` is its face. ?kind=s3|tus|xhr&endpoint=…
import AwsS3 from '@uppy/aws-s3';
import { Uppy } from '@uppy/core';
import GoldenRetriever from '@uppy/golden-retriever';
import Tus from '@uppy/tus';
import XHRUpload from '@uppy/xhr-upload';
import '../../../src/elements/upload.js';
import { signRequest } from '../../../src/uppy.js';

const query = new URLSearchParams(location.search);
const endpoint = query.get('endpoint') ?? '';
const uppy = new Uppy({ autoProceed: true });

const MIB = 2 ** 20;
switch (query.get('kind')) {
  case 's3':
    uppy.use(AwsS3, {
      signRequest: signRequest({ url: '/relay', backend: 's3', headers: () => ({ authorization: query.get('who') ?? '' }) }),
      shouldUseMultipart: ({ size }) => (size ?? 0) > 5 * MIB,
      generateObjectKey: ({ name }) => name,
    });
    break;
  case 'tus':
    uppy.use(Tus, { endpoint, chunkSize: MIB / 4 }).use(GoldenRetriever);
    break;
  default:
    uppy.use(XHRUpload, { endpoint, fieldName: 'file', formData: true });
}

const element = document.createElement('ferry-upload');
element.multiple = true;
element.uppy = uppy;
document.body.append(element);

declare global {
  /** How many files are done, and what went wrong. */
  var told: { done: string[]; failed: string[] };
  var queue: Uppy;
}
globalThis.told = { done: [], failed: [] };
globalThis.queue = uppy;
element.addEventListener('ferry-uploaded', ({ detail }) => told.done.push(detail.file.name ?? ''));
element.addEventListener('ferry-failed', ({ detail }) => told.failed.push(detail.file.error ?? ''));
