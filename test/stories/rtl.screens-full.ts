import { lookAt } from './stories.suite.js';

lookAt('rtl');
