import { backendSuite } from '../contract/backend.suite.js';
import { relayed } from '../relay/relayed.js';
import { site, subjectOf } from './filemail.ground.js';

await backendSuite('Filemail', async () => subjectOf(await site()));
await backendSuite('Filemail through the relay', async () => {
  const { backend, service } = await site();
  return relayed(backend, { apart: true, cleanup: () => service.close() });
});
