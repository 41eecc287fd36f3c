import { median, short, type Bench, type Findings, type Measure } from './bench.js';
import { openPage, servePages } from './site.js';

const COUNT = 500;

async function run(bench: Bench): Promise<Findings> {
  const origin = await servePages(bench, ['pages/ferry-send.ts']);
  const people = Array.from({ length: COUNT }, (_, index) => `"Person, ${index}" <person.${index}@example.com>`);
  const times = bench.quick ? 3 : 5;
  const seen: number[] = [];
  while (seen.length < times) {
    const page = await openPage(bench, `${origin}/ferry-send.html`);
    await page.waitForFunction(() => ready());
    seen.push(await page.evaluate(([text, count]) => paste(text, count), [people.join('; '), COUNT] as const));
    await page.close();
  }
  return {
    rows: [{ addresses: COUNT, runs: times, 'painted, ms': short(median(seen)), 'slowest, ms': short(Math.max(...seen)) }],
    gates: [{ what: `${COUNT} pasted addresses, parsed and painted`, seen: median(seen), limit: 100, is: 'at most', unit: 'ms' }],
    notes: [
      'From the paste into `<ferry-send>` to the frame in which the first are drawn and the others counted, in a page that was just opened.',
    ],
  };
}

/** A long list of recipients. */
export const addresses: Measure = { title: 'a long list of recipients', minutes: 3, run };
