import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { bringBuild, ROOT } from '../tools/checkout.mjs';
import { sleep, type Bench } from './bench.js';

/** A relay in a process of its own, as `npx ferrykit serve` runs it. */
export interface RelayProcess {
  url: string;
  pid: number;
  close(): Promise<void>;
}

/** Starts a relay from the build, on a free port. `settings`: what the command line is told. */
export async function startRelay(bench: Bench, settings: Readonly<Record<string, string>>): Promise<RelayProcess> {
  await bringBuild();
  const flags = Object.entries({ port: '0', ...settings }).flatMap(([name, value]) => [`--${name}`, value]);
  const profiler = bench.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${bench.profiles}`];
  const child = spawn(process.execPath, [...profiler, join(ROOT, 'dist/relay/command.js'), 'serve', ...flags], {
    cwd: bench.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    if ((await Promise.race([ended, sleep(10_000)])) === undefined) child.kill('SIGKILL');
    await ended;
  };
  bench.atEnd(close);
  const url = await Promise.race([
    ended.then(() => Promise.reject(new Error('The relay did not start.'))),
    (async () => {
      for await (const line of createInterface(child.stdout)) {
        const found = /https?:\/\/[^\s,]+/.exec(line);
        if (found) return found[0];
      }
      throw new Error('The relay did not say where it is.');
    })(),
  ]);
  return { url, pid: child.pid!, close };
}
