/** A drawn canvas as a picture of its own: saved, or put on the clipboard. */
import { toast, toastProblem } from '../../../ui/index.ts';

export type MakePicture = () => HTMLCanvasElement | undefined;

function png(make: MakePicture): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const canvas = make();
    if (canvas === undefined) reject(new Error('There is no picture yet.'));
    else
      canvas.toBlob((blob) => {
        if (blob === null) reject(new Error('The picture could not be made.'));
        else resolve(blob);
      }, 'image/png');
  });
}

export async function copyPicture(make: MakePicture): Promise<void> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png(make) })]);
    toast({ tone: 'done', text: 'Picture copied' });
  } catch {
    toast({ tone: 'failed', text: 'The browser did not allow writing a picture to the clipboard.' });
  }
}

export async function savePicture(make: MakePicture, name: string): Promise<void> {
  try {
    saveBlob(await png(make), `${name}.png`);
  } catch (error) {
    toastProblem(error);
  }
}

/** Offers bytes as a file: the browser saves it, or asks where. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name.replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, '_');
  link.click();
  // The browser reads it after the click; within a minute it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
