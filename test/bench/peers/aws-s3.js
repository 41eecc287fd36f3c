import { Uppy } from '@uppy/core';
import AwsS3 from '@uppy/aws-s3';
import { ask, offer } from '../pages/peer.ts';

offer(new Uppy().use(AwsS3, { signRequest: (request) => ask('sign', request) }));
