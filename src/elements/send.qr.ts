import { svg, html, type TemplateResult } from 'lit';
import { encode } from 'uqr';

/** Modules of white around a code, which readers need (ISO/IEC 18004 asks for four). */
const BORDER = 4;

/** A QR code as a picture: black on white whatever the page looks like, because readers expect it so. */
export function qrCode(text: string, label: string): TemplateResult {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      const from = x;
      while (row[x]) x++;
      if (x > from) path += `M${String(from)} ${String(y)}h${String(x - from)}v1h-${String(x - from)}z`;
    }
  });
  return html`<svg part="code" class="code" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label} shape-rendering="crispEdges">
    ${svg`<rect width=${size} height=${size} class="ground"></rect><path d=${path}></path>`}
  </svg>`;
}
