import { backendSuite } from '../contract/backend.suite.js';
import { accountSubject, ground } from './sendspace.ground.js';

await backendSuite('sendspace', async () => accountSubject(await ground()));
