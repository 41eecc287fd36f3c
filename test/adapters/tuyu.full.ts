import { suitesOf } from './filegenius.ground.js';

await suitesOf('tuyu', 'Tuyu', 'relayed');
