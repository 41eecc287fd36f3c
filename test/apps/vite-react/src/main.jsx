import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { memory } from 'ferrykit/adapters/memory';
import { ROOT } from 'ferrykit/backend';
import { FerryProgress, FerryProvider, FerryUpload } from 'ferrykit/react';

const backend = memory();

function App() {
  const [told, setTold] = useState('');
  const [kept, setKept] = useState('');
  const onFerryUploaded = async ({ detail }) => {
    setTold(`uploaded: ${detail.file.name}`);
    const { items } = await backend.list(ROOT, {});
    setKept(items.map(({ name, size }) => `${name} ${size}`).join());
  };
  return (
    <FerryProvider backend={backend}>
      <FerryUpload onFerryUploaded={onFerryUploaded} />
      <FerryProgress label="All files" />
      <p id="told">{told}</p>
      <p id="kept">{kept}</p>
    </FerryProvider>
  );
}

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
