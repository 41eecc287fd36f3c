import { backendSuite } from '../contract/backend.suite.js';
import { site, subjectOf } from './files-com.ground.js';

await backendSuite('Files.com', async () => subjectOf(await site()));
