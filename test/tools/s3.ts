// npm run s3 [-- --port 7480]: a real S3 store for a developer, until Ctrl-C. It keeps everything in memory.
import { parseArgs } from 'node:util';
import { makeBucket } from './bucket.js';
import { startCeph } from './ceph.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '7480' }, bucket: { type: 'string', default: 'ferrykit' } } });
const ceph = await startCeph({ port: Number(values.port), gigabytes: 8 });
await makeBucket(ceph, values.bucket);
const { accessKeyId, secretAccessKey } = ceph.credentials;
console.log(`Ceph's RADOS Gateway answers, with one bucket that pages of any origin may use. For the demo, in another terminal:

S3_ENDPOINT=${ceph.endpoint} S3_REGION=${ceph.region} S3_BUCKET=${values.bucket} S3_ACCESS_KEY_ID=${accessKeyId} S3_SECRET_ACCESS_KEY=${secretAccessKey} npm start

Ctrl-C stops it, and forgets what it keeps.`);
const end = (): void => {
  void ceph.stop().then(() => process.exit(0));
};
process.once('SIGINT', end).once('SIGTERM', end);
