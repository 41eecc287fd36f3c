import { createRoot } from 'react-dom/client';
import { FileManager } from '@cubone/react-file-manager';
import '@cubone/react-file-manager/dist/style.css';
import { offer } from '../pages/browses.ts';

let all = [];

offer({
  prepare: (files) => {
    all = files.map(({ name, size, modified }) => ({
      name,
      isDirectory: false,
      path: `/${name}`,
      updatedAt: new Date(modified).toISOString(),
      size,
    }));
  },
  mount: () => {
    createRoot(document.querySelector('main')).render(<FileManager files={all} layout="list" height="800px" />);
  },
  *drawn() {
    for (const element of document.querySelectorAll('.file-item-container'))
      yield { element, name: element.querySelector('.file-name')?.textContent.trim() };
  },
  scroller: () => document.querySelector('.files'),
  sort: () => document.querySelector('.files-header .file-size').click(),
});
