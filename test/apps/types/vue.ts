import { memory } from 'ferrykit';
import { FerryProgress, FerryProvider, FerryUpload } from 'ferrykit/vue';
import { h } from 'vue';

export const page = () =>
  h(FerryProvider, { backend: memory() }, () => [
    h(FerryUpload, { multiple: true, onFerryUploaded: ({ detail }) => console.log(detail.item?.name) }),
    h(FerryProgress, { label: 'All files' }),
  ]);
