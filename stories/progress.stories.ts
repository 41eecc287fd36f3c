import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, nothing } from 'lit';
import '../src/elements/progress.js';
import type { Outbound } from '../src/uploads/queue.js';
import { standing } from './scenes.js';

interface Bar {
  value?: number;
  indeterminate: boolean;
  label: string;
}

const meta: Meta<Bar> = {
  title: 'ferry-progress',
  component: 'ferry-progress',
  args: { indeterminate: false, label: 'Upload' },
  argTypes: { value: { control: { type: 'range', min: 0, max: 1, step: 0.01 } } },
  render: ({ value, indeterminate, label }) =>
    html`<ferry-progress value=${value ?? nothing} ?indeterminate=${indeterminate} label=${label}></ferry-progress>`,
};

export default meta;

type Story = StoryObj<Bar>;

export const Nothing: Story = { args: { value: 0 } };

export const Half: Story = { args: { value: 0.5 } };

export const Full: Story = { args: { value: 1 } };

export const Indeterminate: Story = { args: { indeterminate: true } };

/** Bound to a whole queue. */
export const Queue: Story = {
  render: () =>
    html`<ferry-progress
      .uploads=${standing([
        { name: 'one.bin', size: 3000, phase: 'done' },
        { name: 'two.bin', size: 1000, phase: 'sending', sent: 0.5 },
      ])}
    ></ferry-progress>`,
};

/** Bound to one upload. */
export const OneUpload: Story = {
  render: () => {
    const uploads = standing([{ name: 'two.bin', size: 1000, phase: 'sending', sent: 0.3 }]);
    const [upload] = Object.values(uploads.getState().files);
    return html`<ferry-progress .uploads=${uploads} .upload=${upload}></ferry-progress>`;
  },
};

/** A delivery in each of its phases. */
export const Delivery: Story = {
  render: () => {
    const uploads = standing([{ name: 'two.bin', size: 1000, phase: 'sending', sent: 0.6 }]);
    const files = Object.keys(uploads.getState().files);
    const phases: Outbound[] = [
      { phase: 'opening', files },
      { phase: 'uploading', files },
      { phase: 'sending', files },
      { phase: 'sent', files },
      { phase: 'failed', files, code: 'offline' },
    ];
    return html`<style>
        .deliveries {
          display: grid;
          gap: 24px;
        }
      </style>
      <div class="deliveries">
        ${phases.map((delivery) => html`<ferry-progress label="Delivery" .uploads=${uploads} .delivery=${delivery}></ferry-progress>`)}
      </div>`;
  },
  play: async ({ canvasElement }) => {
    while ([...canvasElement.querySelectorAll('ferry-progress')].some((bar) => !bar.shadowRoot?.querySelector('[part=phase]')))
      await new Promise(requestAnimationFrame);
  },
};

/** Another look by tokens and parts. */
export const Tall: Story = {
  args: { value: 0.7 },
  render: ({ value, label }) =>
    html`<style>
        .tall {
          --ferry-accent: light-dark(#7a3e9d, #cf9bea);
          block-size: 12px;
          border-radius: 6px;
        }
      </style>
      <ferry-progress class="tall" value=${value ?? nothing} label=${label}></ferry-progress>`,
};
