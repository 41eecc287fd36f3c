import type { FerryUpload } from 'ferrykit';

declare const upload: FerryUpload;
upload.backend = 'memory';
upload.addEventListener('ferry-uploaded', ({ detail }) => detail.nothing);
