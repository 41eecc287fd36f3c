import { backendSuite } from '../contract/backend.suite.js';
import { relayed } from '../relay/relayed.js';
import { site } from './files-com.ground.js';

await backendSuite('Files.com through the relay', async () => {
  const { backend, service } = await site();
  return relayed(backend, { cleanup: () => service.close() });
});
