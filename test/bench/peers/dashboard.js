import { Uppy } from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';
import { offer } from '../pages/drops.ts';
import { isInView } from '../pages/watch.ts';

const uppy = new Uppy({ autoProceed: false }).use(Dashboard, { inline: true, target: 'main', width: '100%' });
const find = (selector) => document.querySelector(selector);

offer({
  target: () => find('.uppy-Dashboard'),
  shows: (count) =>
    !!find('.uppy-DashboardContent-title')?.textContent.includes(`${count} files selected`) && !!find('.uppy-Dashboard-Item'),
  stop: () => {
    const list = find('.uppy-Dashboard-files');
    // It scrolls by keys only where it has the focus.
    if (list) list.tabIndex = -1;
    return list;
  },
  isAtEnd: () => {
    const list = find('.uppy-Dashboard-files');
    const last = [...document.querySelectorAll('.uppy-Dashboard-Item')].at(-1);
    return list.scrollTop > 0 && isInView(last, list) && last.textContent.includes(uppy.getFiles().at(-1).name);
  },
});

globalThis.pathsOf = () => uppy.getFiles().map((file) => file.meta.relativePath ?? file.name);
