import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import '../src/elements/progress.js';
import '../src/elements/provider.js';
import '../src/elements/upload.js';
import '../src/elements/words/de.js';
import { backend } from './scenes.js';

const meta: Meta = { title: 'ferry-provider', component: 'ferry-provider' };

export default meta;

type Story = StoryObj;

/** What is inside shares one backend and one queue: the bar shows what the upload does. */
export const Shared: Story = {
  render: (_, { globals }) =>
    html`<ferry-provider .backend=${backend(globals)}>
      <ferry-upload multiple></ferry-upload>
      <p>On its way, shown a second time:</p>
      <ferry-progress></ferry-progress>
    </ferry-provider>`,
};

/** No server: what is uploaded lives in the page. */
export const Memory: Story = {
  render: () => html`<ferry-provider backend="memory"><ferry-upload multiple></ferry-upload></ferry-provider>`,
};

/** Another language, other words and other pictures for everything inside. */
export const Language: Story = {
  render: (_, { globals }) =>
    html`<ferry-provider
      lang="de"
      .backend=${backend(globals, { rules: { extensions: ['pdf', 'docx'], maxFileSize: 5e9, expiresAfterDays: 30 } })}
      .words=${{ dropFiles: 'Bewerbung hierher ziehen' }}
      .icons=${{ upload: 'M12 19V5m-7 7 7-7 7 7' }}
    >
      <ferry-upload multiple no-folders></ferry-upload>
    </ferry-provider>`,
};
