import { html, nothing, type TemplateResult } from 'lit';

/** What is said at a field: what is wrong, or `mild`, what is worth knowing. */
export interface FieldFault {
  text: string;
  mild: boolean;
}

/** What stands around every field, for what stands in it. */
export interface Shared {
  invalid: 'true' | 'false';
  describedBy: string | typeof nothing;
  required: boolean;
}

/** A field: its name, what is written into, and what is said of it. `needed`: it must be filled in, in words. */
export function field({
  id,
  label,
  needed,
  fault,
  input,
}: {
  id: string;
  label: string;
  needed: string | undefined;
  fault: FieldFault | undefined;
  input: (shared: Shared) => TemplateResult;
}): TemplateResult {
  const shared: Shared = {
    invalid: fault && !fault.mild ? 'true' : 'false',
    describedBy: fault ? `${id}-fault` : nothing,
    required: needed !== undefined,
  };
  return html`<div class="field">
    <label for=${id}
      >${label}${needed === undefined ? nothing : html`<span class="needed" title=${needed} aria-hidden="true">*</span>`}</label
    >
    ${input(shared)} ${fault ? html`<p id="${id}-fault" class=${fault.mild ? 'soft' : 'problem'} role="alert">${fault.text}</p>` : nothing}
  </div>`;
}
