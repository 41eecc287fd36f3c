import Uppy from '@uppy/core';
import AwsS3 from '@uppy/aws-s3';
import { ask, offer } from '../../pages/peer.ts';

offer(
  new Uppy().use(AwsS3, {
    getUploadParameters: async ({ name }) => ({ ...(await ask('sign', { method: 'PUT', key: name })), method: 'PUT', headers: {} }),
    createMultipartUpload: ({ name }) => ask('create', { key: name }),
    signPart: (_, { key, uploadId, partNumber }) => ask('sign', { method: 'PUT', key, uploadId, partNumber }),
    listParts: () => Promise.resolve([]),
    completeMultipartUpload: (_, { key, uploadId, parts }) => ask('complete', { key, uploadId, parts }),
    abortMultipartUpload: (_, { key, uploadId }) => ask('abort', { key, uploadId }),
  }),
);
