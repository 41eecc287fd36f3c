import { ground } from '../adapters/s3.ground.js';
import { memoryStore } from '../../src/relay/store.js';
import { relayed } from '../relay/relayed.js';
import { backendSuite } from './backend.suite.js';

const { backend } = await ground();

await backendSuite('S3', () => ({ backend: backend({ store: memoryStore() }), other: backend() }));
await backendSuite('S3 through the relay', () => relayed(backend({ store: memoryStore() })));
await backendSuite('S3 with equal parts, that remembers in the bucket, and answers after each step of a long deed', () => ({
  backend: backend({ cuts: 'equal', answerWithin: 0 }),
}));
