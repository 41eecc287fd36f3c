import { html, nothing, type TemplateResult } from 'lit';
import type { Density, View } from './browser.choices.js';
import type { Column } from './browser.columns.js';
import type { Layout } from './browser.grid.js';
import type { Order } from './browser.order.js';
import { icon, type Icons } from './icons.js';
import type { Language } from './language.js';

/** Pixels below which there is room for one column; the others stand below the name. */
const NARROW = 520;
/** Pixels that a name has at least beside other columns: with many of them the list scrolls sideways. */
const NAME = 180;
/** Pixels from which the details stand beside the list. */
const WIDE = 720;
/** Pixels that the details take there, as browser.styles.ts has it. */
const DETAILS = 280;
/** Pixels of a row of the list, of one that says more below the name, and of a tile. */
const ROW = { comfortable: 44, compact: 32 };
const ROW_WITH_MORE = 56;
/** Pixels that a tile is wide where there is little room. */
const SLIM = 112;
const TILE = { comfortable: { width: 152, height: 156 }, compact: { width: 112, height: 124 } };
/** Pixels of the head of the list, and of the column of menus. */
const HEAD = 36;
const MENUS = { usual: 44, narrow: 36 };

/** How the list or the grid is laid out in the room that there is. */
export interface Arrangement extends Layout {
  narrow: boolean;
  /** How much room there is: `little` for one column, `some` for details in place of the list. */
  room: 'little' | 'some' | 'wide';
  /** For `grid-template-columns`. */
  template: string;
}

/** What decides about it. */
export interface LayoutScene {
  view: View;
  density: Density;
  /** Pixels. */
  width: number;
  /** The details are shown. */
  details: boolean;
  columns: readonly Column[];
  menus: boolean;
  count: number;
}

/** Lays out the list or the grid. */
export function layoutOf({ view, density, width, details, columns, menus, count }: LayoutScene): Arrangement {
  const inner = width - (details && width >= WIDE ? DETAILS : 0);
  const room = width < NARROW ? 'little' : width < WIDE ? 'some' : 'wide';
  if (view === 'grid') {
    const { width: least, height: lineHeight } = TILE[density];
    const perLine = Math.max(1, Math.floor((inner - 16) / (inner < NARROW ? SLIM : least)));
    return { count, perLine, lineHeight, head: 0, cells: 1, narrow: false, room, template: `repeat(${String(perLine)},minmax(0,1fr))` };
  }
  const narrow = inner < NARROW;
  const others = narrow ? [] : columns.slice(1);
  const menu = menus ? ` ${String(MENUS[narrow ? 'narrow' : 'usual'])}px` : '';
  return {
    count,
    perLine: 1,
    lineHeight: narrow ? ROW_WITH_MORE : ROW[density],
    head: narrow ? 0 : HEAD,
    cells: 1 + others.length + (menus ? 1 : 0),
    narrow,
    room,
    template: `minmax(${String(narrow ? 0 : NAME)}px,1fr)${others.map((column) => ` ${String(column.width)}px`).join('')}${menu}`,
  };
}

/** What the head shows, and whom it tells. */
export interface HeadScene {
  language: Language;
  icons: Icons;
  columns: readonly Column[];
  menus: boolean;
  order: Order;
  /** Whether the folder is in that order already. */
  ordered: boolean;
  onSort: (order: Order) => void;
}

/** The other direction, or the first one of another column. */
export const nextOrder = (by: string, { by: now, direction }: Order): Order => ({
  by,
  direction: by === now && direction === 'ascending' ? 'descending' : 'ascending',
});

/** The head of the list: a column each, and a press on it sorts. */
export function head({ language, icons, columns, menus, order, ordered, onSort }: HeadScene): TemplateResult {
  return html`<div role="rowgroup" class="head">
    <div role="row" aria-rowindex="1" class="row">
      ${columns.map((column, index) => {
        const { id, figures, value } = column;
        const sorted = id === order.by && ordered ? order.direction : undefined;
        const label = column.label(language);
        return html`<div role="columnheader" aria-colindex=${index + 1} aria-sort=${sorted ?? nothing} class=${figures ? 'figures' : ''}>
          ${
            value
              ? html`<button type="button" @click=${() => onSort(nextOrder(id, order))}>
                  <span>${label}</span>${sorted ? icon(sorted === 'ascending' ? 'up' : 'down', icons) : nothing}
                </button>`
              : html`<span>${label}</span>`
          }
        </div>`;
      })}
      ${menus ? html`<div role="columnheader" aria-colindex=${columns.length + 1}><span class="said">${language.say('toolbar')}</span></div>` : nothing}
    </div>
  </div>`;
}
