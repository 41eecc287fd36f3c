import { suitesOf } from './filegenius.ground.js';

await suitesOf('filegenius', 'FileGenius', 'relayed');
