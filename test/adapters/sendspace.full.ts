import { backendSuite } from '../contract/backend.suite.js';
import { relayed } from '../relay/relayed.js';
import { ground } from './sendspace.ground.js';

await backendSuite('sendspace through the relay', async () => {
  const { backend, service } = await ground();
  return relayed(backend, { cleanup: () => service.close() });
});
