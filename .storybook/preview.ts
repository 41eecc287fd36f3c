import { setCustomElementsManifest, type Decorator, type Preview } from '@storybook/web-components-vite';
import { html } from 'lit';
import manifest from '../dist/custom-elements.json' with { type: 'json' };
import './preview.css';

setCustomElementsManifest(manifest);

/** A story stands in the `main` landmark of a page with the theme and direction of the toolbar. */
const page: Decorator = (story, { globals }) => {
  document.documentElement.dir = String(globals['direction']);
  document.documentElement.style.colorScheme = String(globals['theme']);
  return html`<main>${story()}</main>`;
};

const preview: Preview = {
  tags: ['autodocs'],
  decorators: [page],
  parameters: {
    layout: 'fullscreen',
    controls: { expanded: true },
    backgrounds: { disable: true },
    a11y: { test: 'error' },
  },
  initialGlobals: { theme: 'light', direction: 'ltr', connection: 'normal' },
  globalTypes: {
    theme: {
      description: 'Light or dark',
      toolbar: {
        icon: 'contrast',
        dynamicTitle: true,
        items: [
          { value: 'light', title: 'Light' },
          { value: 'dark', title: 'Dark' },
        ],
      },
    },
    direction: {
      description: 'Direction of writing',
      toolbar: {
        icon: 'transfer',
        dynamicTitle: true,
        items: [
          { value: 'ltr', title: 'Left to right' },
          { value: 'rtl', title: 'Right to left' },
        ],
      },
    },
    connection: {
      description: 'How the backend of the story behaves',
      toolbar: {
        icon: 'lightning',
        dynamicTitle: true,
        items: [
          { value: 'normal', title: 'Normal connection' },
          { value: 'slow', title: 'Slow connection' },
          { value: 'failing', title: 'Failing server' },
          { value: 'offline', title: 'Offline' },
        ],
      },
    },
  },
};

export default preview;
