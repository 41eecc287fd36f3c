import '@vaadin/grid/vaadin-grid.js';
import '@vaadin/grid/vaadin-grid-sort-column.js';
import { offer } from '../pages/browses.ts';

const PAGE = 1000;
const paged = new URLSearchParams(location.search).has('paged');
const grid = document.createElement('vaadin-grid');
const column = (path, header) => Object.assign(document.createElement('vaadin-grid-sort-column'), { path, header });
grid.append(column('name', 'Name'), column('size', 'Size'), column('modified', 'Date'));
grid.style.height = '800px';
let requests = 0;
let items = [];

const within = (parent, selector) => [...parent.querySelectorAll(selector)];
/** What a cell of the grid's shadow tree shows is in the document. */
const textOf = (cell) =>
  within(cell, 'slot')
    .flatMap((slot) => slot.assignedNodes())
    .map(({ textContent }) => textContent)
    .join('');

offer({
  prepare: (files) => {
    items = files;
  },
  mount: () => {
    if (paged) {
      grid.pageSize = PAGE;
      grid.dataProvider = ({ page, pageSize }, callback) => {
        requests++;
        // As late as a promise, which is how a backend answers.
        Promise.resolve().then(() => callback(items.slice(page * pageSize, (page + 1) * pageSize), items.length));
      };
    } else grid.items = items;
    document.querySelector('main').append(grid);
  },
  *drawn() {
    if (!grid.shadowRoot) return;
    const rows = within(grid.shadowRoot, '#items > tr').filter(({ hidden }) => !hidden);
    rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
    for (const element of rows) yield { element, name: textOf(element.querySelector('td')) || undefined };
  },
  scroller: () => grid.shadowRoot.querySelector('#table'),
  sort: () => document.querySelectorAll('vaadin-grid-sorter')[1].click(),
  requests: () => requests,
  pageSize: PAGE,
});
