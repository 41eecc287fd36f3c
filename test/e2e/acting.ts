import type { Locator, Page } from 'playwright-core';

/** Resolves when everything that is under way on the page has ended. */
export const ended = (page: Page): Promise<{ uploaded: number; failed: number }> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        document.querySelector('ferry-upload')?.addEventListener(
          'ferry-completed',
          ({ detail }) => {
            resolve({ uploaded: detail.uploaded.length, failed: detail.failed.length });
          },
          { once: true },
        );
      }),
  );

/** Drops real files and folders on a place of the page: in Chromium alone. */
export async function dropAt(page: Page, place: Locator, paths: string[]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const box = await place.boundingBox();
  if (!box) throw new Error('The place is not shown.');
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await cdp.send('Input.dispatchDragEvent', { type, x: box.x + 20, y: box.y + 20, data });
  }
}

/** Drops real files and folders on the element to upload: in Chromium alone. */
export const drop = (page: Page, paths: string[]): Promise<void> => dropAt(page, page.locator('ferry-upload'), paths);
