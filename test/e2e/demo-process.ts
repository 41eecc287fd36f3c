import { spawn, type ChildProcess } from 'node:child_process';
import { ROOT as PROJECT } from '../tools/checkout.mjs';

/** Starts the demo as `npm start` does, with a folder of its own; answers its address when it says so. */
export async function startDemo(files: string, env: Record<string, string> = {}): Promise<{ demo: ChildProcess; url: string }> {
  const demo = spawn(process.execPath, ['stories/demo/server.mjs'], {
    cwd: PROJECT,
    env: { ...process.env, ...env, FILES: files, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of demo.stdout.setEncoding('utf8')) {
    said += String(chunk);
    const [url] = /http:\/\/\S+/.exec(said) ?? [];
    if (url) return { demo, url };
  }
  throw new Error('The demo ended before it had begun.');
}
