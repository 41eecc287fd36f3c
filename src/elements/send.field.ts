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
  needed?: string | undefined;
  fault?: FieldFault | undefined;
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

/** What is written into a field, and whom it tells. */
export interface TextScene {
  value: string;
  onInput: (value: string) => void;
  /** Lines that are seen of a longer text; without them it is one line. */
  rows?: number;
  /** Of one line: as `<input>` has it. */
  type?: string;
  autocomplete?: string;
  longest?: number;
  least?: number;
}

/** A text in a field. */
export function textIn(id: string, { invalid, describedBy, required }: Shared, scene: TextScene): TemplateResult {
  const { value, rows, type = 'text', autocomplete, longest, least } = scene;
  const onInput = ({ target }: Event): void => {
    scene.onInput((target as HTMLInputElement | HTMLTextAreaElement).value);
  };
  if (rows !== undefined)
    return html`<textarea
      id=${id}
      rows=${rows}
      aria-invalid=${invalid}
      aria-describedby=${describedBy}
      ?required=${required}
      .value=${value}
      @input=${onInput}
    ></textarea>`;
  return html`<input
    id=${id}
    type=${type}
    min=${least ?? nothing}
    maxlength=${longest ?? nothing}
    autocomplete=${autocomplete ?? nothing}
    aria-invalid=${invalid}
    aria-describedby=${describedBy}
    ?required=${required}
    .value=${value}
    @input=${onInput}
  />`;
}
