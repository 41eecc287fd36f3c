/** Twice the height that it is shown in, for fine screens. */
const HEIGHT = 64;
/** Larger files take too much memory to be opened for a picture of this size. */
const LARGEST = 50e6;

let last = Promise.resolve();

/** Whether a small picture can be made of a file of this type and size. */
export const isPicture = (type: string | undefined, size: number | null): boolean => !!type?.startsWith('image/') && (size ?? 0) < LARGEST;

/** A small picture of an image. Clear until it is ready, and for good when the browser cannot read the file. One is made at a time. */
export function thumbnail(file: Blob): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.height = 0;
  last = last
    .then(async () => {
      // Scrolled away before its turn came.
      if (!canvas.isConnected) return;
      const picture = await createImageBitmap(file, { resizeHeight: HEIGHT });
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
      picture.close();
    })
    .catch(() => undefined);
  return canvas;
}
