import { lookAt } from './stories.suite.js';

lookAt('280');
