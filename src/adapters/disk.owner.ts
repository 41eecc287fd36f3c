import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { unless } from './disk.errors.js';

const GONE = ['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'];

/** When a process began, in the kernel's ticks: together with its number it is never given twice between two boots. */
async function began(pid: string): Promise<string | undefined> {
  const line = await unless(GONE, readFile(`/proc/${pid}/stat`, 'latin1'));
  // the second field is the program's name and may hold anything, spaces and brackets too
  return line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
}

/** Where process numbers mean the same: one boot of one machine, one container. */
async function here(): Promise<string | undefined> {
  const boot = await unless(GONE, readFile('/proc/sys/kernel/random/boot_id', 'latin1'));
  const space = await unless(GONE, readlink('/proc/self/ns/pid'));
  return boot && space ? createHash('sha256').update(`${boot} ${space}`).digest('hex').slice(0, 16) : undefined;
}

let place: Promise<string | undefined> | undefined;
let self: Promise<string> | undefined;

/** This process, as a word for file names: what another process needs to find out whether it still runs. */
export const owner = (): Promise<string> =>
  (self ??= (async () => {
    place ??= here();
    const where = await place;
    const start = await began('self');
    return where && start ? `${process.pid}_${start}_${where}` : 'unknown';
  })());

/** Whether the process that gave itself this word has certainly ended. One of another machine or container never has. */
export async function hasEnded(word: string): Promise<boolean> {
  const [pid = '', start, where] = word.split('_');
  place ??= here();
  if (where === undefined || where !== (await place)) return false;
  return (await began(pid)) !== start;
}
