import { memory } from 'ferrykit';
import { FerryBrowser, FerryProgress, FerryProvider, FerrySend, FerryUpload } from 'ferrykit/vue';
import { h } from 'vue';

export const page = () =>
  h(FerryProvider, { backend: memory() }, () => [
    h(FerryUpload, { multiple: true, onFerryUploaded: ({ detail }) => console.log(detail.item?.name) }),
    h(FerryProgress, { label: 'All files' }),
    h(FerryBrowser, { picker: 'files', onFerrySelected: ({ detail }) => console.log(detail.items.length) }),
    h(FerrySend, { inline: true, onFerrySent: ({ detail }) => console.log(detail.delivery.link) }),
  ]);
