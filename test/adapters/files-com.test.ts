import { relayed } from '../relay/relayed.js';
import { backendSuite } from '../contract/backend.suite.js';
import { site, subjectOf } from './files-com.ground.js';

await backendSuite('Files.com', async () => subjectOf(await site()));
await backendSuite('Files.com through the relay', async () => {
  const { backend, service } = await site();
  return relayed(backend, { cleanup: () => service.close() });
});
