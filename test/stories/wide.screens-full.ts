import { lookAt } from './stories.suite.js';

lookAt('1600');
