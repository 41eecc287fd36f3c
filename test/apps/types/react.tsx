import { memory } from 'ferrykit';
import { FerryBrowser, FerryProgress, FerryProvider, FerrySend, FerryUpload } from 'ferrykit/react';

export const Page = () => (
  <FerryProvider backend={memory()}>
    <FerryUpload
      multiple
      onFerryUploaded={({ detail }) => console.log(detail.item?.name)}
      onFerryBeforeAdd={(event) => event.preventDefault()}
    />
    <FerryProgress label="All files" />
    <FerryBrowser picker="files" multiple onFerrySelected={({ detail }) => console.log(detail.items.length)} />
    <FerrySend inline onFerrySent={({ detail }) => console.log(detail.delivery.link)} />
  </FerryProvider>
);
