// A page of somebody who has Uppy already: `<ferry-upload>` is its face. ?kind=s3|credentials|companion|tus|xhr&endpoint=…
import AwsS3, { type AwsS3Options } from '@uppy/aws-s3';
import { Uppy, type Body, type Meta } from '@uppy/core';
import GoldenRetriever from '@uppy/golden-retriever';
import Tus from '@uppy/tus';
import XHRUpload from '@uppy/xhr-upload';
import '../../../src/elements/upload.js';
import { signRequest } from '../../../src/uppy.js';

const query = new URLSearchParams(location.search);
const endpoint = query.get('endpoint') ?? '';
const uppy = new Uppy({ autoProceed: true });

const MIB = 2 ** 20;
const shouldUseMultipart = ({ size }: { size: number | null }): boolean => (size ?? 0) > 5 * MIB;
/** Temporary credentials, as a site's own server gives them to whoever it knows. */
const getCredentials: Extract<AwsS3Options<Meta, Body>, { s3Endpoint: string }>['getCredentials'] = async () => {
  const response = await fetch(endpoint);
  if (!response.ok) throw new Error('Sign in first.');
  return (await response.json()) as Awaited<ReturnType<typeof getCredentials>>;
};
switch (query.get('kind')) {
  case 's3':
    uppy.use(AwsS3, {
      signRequest: signRequest({ url: '/relay', backend: 's3', headers: () => ({ authorization: query.get('who') ?? '' }) }),
      shouldUseMultipart,
      generateObjectKey: ({ name }) => name,
    });
    break;
  case 'credentials':
    uppy.use(AwsS3, {
      s3Endpoint: query.get('store') ?? '',
      getCredentials,
      // It signs the tilde that Ceph's upload ids hold as `%7E`, which is another signature.
      shouldUseMultipart: false,
      generateObjectKey: ({ name }) => (query.get('below') ?? '') + name,
    });
    break;
  case 'companion':
    uppy.use(AwsS3, { companionEndpoint: endpoint, shouldUseMultipart });
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
