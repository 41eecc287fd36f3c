import { backendSuite } from '../contract/backend.suite.js';
import { relayed } from '../relay/relayed.js';
import { anonymousSubject, ground } from './sendspace.ground.js';

await backendSuite('anonymous sendspace', async () => anonymousSubject(await ground({ anonymous: true })));
await backendSuite('anonymous sendspace through the relay', async () => {
  const { backend, service } = await ground({ anonymous: true });
  return relayed(backend, { cleanup: () => service.close() });
});
