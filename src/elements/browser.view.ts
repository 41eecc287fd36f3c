import type { Choices, Density, View } from './browser.choices.js';
import type { Column } from './browser.columns.js';
import { nextOrder } from './browser.layout.js';
import type { MenuEntry } from './browser.menu.js';
import type { Order } from './browser.order.js';
import type { Language } from './language.js';

/** How the folder is shown now, and whom the menu tells. */
export interface ViewScene {
  language: Language;
  view: View;
  density: Density;
  details: boolean;
  /** A picker has no details. */
  picker: boolean;
  possible: readonly Column[];
  shown: readonly Column[];
  order: Order;
  onChoose: (choice: Choices) => void;
  onSort: (order: Order) => void;
}

/** The lines of the menu about how the folder is shown. */
export function viewEntries(scene: ViewScene): MenuEntry[] {
  const { language, view, density, details, picker, possible, shown, order, onChoose, onSort } = scene;
  const ids = shown.map(({ id }) => id);
  const columns = view === 'grid' ? [] : possible.slice(1);
  return [
    {
      label: language.say('compact'),
      checked: density === 'compact',
      run: () => onChoose({ density: density === 'compact' ? 'comfortable' : 'compact' }),
    },
    ...(picker ? [] : [{ label: language.say('details'), checked: details, run: () => onChoose({ details: !details }) }]),
    ...columns.map((column, index) => ({
      label: column.label(language),
      group: index === 0,
      checked: ids.includes(column.id),
      run: () => onChoose({ columns: ids.includes(column.id) ? ids.filter((id) => id !== column.id) : [...ids, column.id] }),
    })),
    ...possible
      .filter(({ value }) => value)
      .map((column, index) => ({
        label: `${language.say('sortBy')}: ${column.label(language)}`,
        group: index === 0,
        checked: column.id === order.by,
        run: () => onSort(nextOrder(column.id, order)),
      })),
  ];
}
