import { createRoot } from 'react-dom/client';
import { Filemanager, Willow } from '@svar-ui/react-filemanager';
import '@svar-ui/react-filemanager/all.css';
import { offer } from '../pages/browses.ts';

let data = [];
const header = (text) => [...document.querySelectorAll('.wx-header .wx-cell')].find(({ textContent }) => textContent.trim() === text);

offer({
  prepare: (files) => {
    data = files.map(({ name, size, modified }) => ({ id: `/${name}`, size, date: new Date(modified), type: 'file' }));
  },
  mount: () => {
    const root = document.querySelector('main');
    root.style.height = '800px';
    createRoot(root).render(
      <Willow fonts={false}>
        <Filemanager data={data} mode="table" />
      </Willow>,
    );
  },
  *drawn() {
    for (const element of document.querySelectorAll('.wx-body .wx-row, .wx-data .wx-row'))
      yield { element, name: element.querySelector('.wx-cell')?.textContent.trim() };
  },
  scroller: () => document.querySelector('.wx-scroll'),
  sort: () => header('Size').click(),
});
