// One-node Ceph (monitor, object store in memory, RADOS Gateway) on 127.0.0.1, without root, systemd or a manager daemon.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The packages that it needs, as Debian calls them. */
export const PACKAGES = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common'];
const COMMANDS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool'];

/** A store that runs. */
export interface Ceph {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** Runs `radosgw-admin` and answers what it printed. */
  admin: (...args: string[]) => Promise<string>;
  stop: () => Promise<void>;
}

/** How it is started. */
export interface CephOptions {
  /** Of the gateway; any free one unless told otherwise. */
  port?: number;
  /** What the store may hold in memory: a full one does not refuse, it hangs. */
  gigabytes?: number;
  /** Lines of configuration for the gateway. */
  gateway?: string[];
}

const KEYS = { accessKeyId: 'developer-access-key', secretAccessKey: 'developer-secret-key-of-this-machine-alone' };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}

const configuration = (dir: string, id: string, monitor: number, port: number, gigabytes: number, gateway: string[]): string => `[global]
fsid = ${id}
mon host = [v2:127.0.0.1:${monitor}]
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = ${dir}
admin socket = ${dir}/$cluster-$name.asok
log file = ${dir}/log/$name.log
log to stderr = false
crash dir = ${dir}/log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000
# the gateway asks for a secure connection, which there is none without keys
ms mon client mode = crc secure
ms bind msgr1 = false
[mon]
mon data = ${dir}/mon
mon data avail crit = 1
mon data avail warn = 2
mon allow pool delete = true
paxos propose interval = 0.01
[osd]
osd data = ${dir}/osd
osd objectstore = memstore
osd max object name len = 2048
osd class load list = *
osd class default list = *
memstore device bytes = ${gigabytes}G
osd op num shards = 2
[client]
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw data = ${dir}/rgw
rgw enable ops log = false
rgw enable usage log = false
rgw dns name = localhost
rgw thread pool size = 64
# what was deleted waits two hours by default, which fills a store in memory
rgw gc obj min wait = 1
rgw gc processor period = 5
rgw gc processor max time = 5
${gateway.join('\n')}
`;

/** Starts a store in a folder of its own; rejects with what to install where it is missing. */
export async function startCeph({ port: wanted, gigabytes = 4, gateway = [] }: CephOptions = {}): Promise<Ceph> {
  const missing = COMMANDS.filter((command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).error);
  if (missing.length > 0)
    throw new Error(
      `These tests need a real S3 store, Ceph's RADOS Gateway; missing: ${missing.join(', ')}. On Debian: sudo apt-get install --no-install-recommends ${PACKAGES.join(' ')}`,
    );
  const dir = await mkdtemp(join(tmpdir(), 'ferrykit-ceph-'));
  const [monitor, port] = [await freePort(), wanted ?? (await freePort())];
  const config = join(dir, 'ceph.conf');
  const running: ChildProcess[] = [];
  // Children of this process and in its group: whoever ends that ends them.
  const daemon = (command: string, ...args: string[]): void => {
    const log = openSync(join(dir, 'log', `${command}.out`), 'a');
    running.push(spawn(command, ['-c', config, ...args, '-f'], { stdio: ['ignore', log, log] }));
  };
  const run = async (command: string, ...args: string[]): Promise<string> => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
    let [printed, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${errors}`);
    return printed;
  };
  const kill = (): void => {
    for (const child of running) child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    const ends = running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).map((child) => once(child, 'exit'));
    kill();
    await Promise.all(ends);
    await rm(dir, { recursive: true, force: true });
  };
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 120_000; !(await isSo().catch(() => false));) {
      await sleep(100);
      if (Date.now() > end)
        throw new Error(`${what}, but that did not come: ${await readFile(join(dir, 'log', 'radosgw.out'), 'utf8').catch(() => '')}`);
      const dead = running.find((child) => child.exitCode !== null);
      if (dead) throw new Error(`${what}, but ${dead.spawnfile} ended.`);
    }
  };

  try {
    for (const folder of ['mon', 'osd', 'log', 'rgw']) await mkdir(join(dir, folder));
    const id = randomUUID();
    await writeFile(config, configuration(dir, id, monitor, port, gigabytes, gateway));
    await run('monmaptool', '--create', '--fsid', id, '--addv', 'a', `[v2:127.0.0.1:${monitor}]`, join(dir, 'monmap'));
    await run('ceph-mon', '-c', config, '-i', 'a', '--mkfs', '--monmap', join(dir, 'monmap'));
    daemon('ceph-mon', '-i', 'a');
    const osd = randomUUID();
    await run('ceph', '-c', config, 'osd', 'new', osd);
    await run('ceph-osd', '-c', config, '-i', '0', '--mkfs', '--osd-uuid', osd);
    daemon('ceph-osd', '-i', '0');
    await until('The object store was to come up', async () =>
      (await run('ceph', '-c', config, 'osd', 'stat', '-f', 'json')).includes('"num_up_osds":1'),
    );
    const admin = (...args: string[]): Promise<string> => run('radosgw-admin', '-c', config, ...args);
    await admin(
      'user',
      'create',
      '--uid=test',
      '--display-name=test',
      `--access-key=${KEYS.accessKeyId}`,
      `--secret-key=${KEYS.secretAccessKey}`,
    );
    daemon('radosgw', '-n', 'client.rgw.a');
    const endpoint = `http://127.0.0.1:${port}`;
    await until('The gateway was to answer', async () => (await fetch(endpoint)).ok);
    return { endpoint, region: 'us-east-1', credentials: KEYS, admin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
