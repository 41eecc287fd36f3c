import { lookAt } from './stories.suite.js';

lookAt('light');
