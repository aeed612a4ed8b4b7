/** Requests of modules through a real thread, against a real server. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stop } from '../engine.ts';
import { addressOf, isOwnName, isPublic } from './address.ts';
import { openTestCalls, type TestCalls } from './testing.ts';

let test: TestCalls;
let server: Server;
let port: number;
const asked: string[] = [];
beforeAll(async () => {
  test = await openTestCalls();
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const path = request.url ?? '';
    if (path.startsWith('/json'))
      response.setHeader('content-type', 'application/json; charset=utf-8').end('{"n": [1, "ä"]}');
    else if (path === '/text') response.setHeader('content-type', 'text/plain').writeHead(404).end('no');
    else if (path === '/endless') {
      response.setHeader('content-type', 'text/plain');
      const more = (): void => void (response.destroyed || response.write('x'.repeat(1 << 20), more));
      more();
    } else if (path.startsWith('/to?')) response.writeHead(302, { location: decodeURIComponent(path.slice(4)) }).end();
    else if (path === '/loop') response.writeHead(302, { location: path }).end();
    else if (path === '/echo')
      request
        .setEncoding('utf8')
        .on('data', (text: string) => response.setHeader('content-type', 'application/json').end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await test.close();
});

const GET = 'cap http.fetch\nexport func main(url String) -> JSON:\nLOAD url\nHOST http.get\nRET\nendfunc';
const get = (url: string, grants: string[] = [`http.fetch:127.0.0.1:${port}`], text = GET) =>
  test.run(`module "m" 1.0.0\n${text}`, [url], grants);
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;

describe('http.get', () => {
  it('gives status, type and body, JSON where it is JSON', async () => {
    expect((await get(at('/json'))).value).toEqual({
      status: 200,
      type: 'application/json; charset=utf-8',
      body: { n: [1, 'ä'] },
    });
    expect((await get(at('/text'))).value).toEqual({ status: 404, type: 'text/plain', body: 'no' });
  });

  it('reaches this machine only by what names it: all hosts are all public ones', async () => {
    asked.length = 0;
    expect(await get(at('/json'), ['http.fetch'])).toMatchObject({
      code: 'vvm-trap',
      trap: 'refused',
      capability: `http.fetch:127.0.0.1:${port}`,
    });
    // Another way to write the same address is the same address.
    for (const same of [
      `http://2130706433:${port}/json`,
      `http://0x7f.1:${port}/json`,
      `http:\\\\127.0.0.1:${port}\\json`,
      `http://127.1:${port}/a/../json`,
    ])
      expect((await get(same)).value, same).toMatchObject({ status: 200 });
    expect(asked).toHaveLength(4);
  });

  it('reaches no other port and no other host than the granted one, whatever the address looks like', async () => {
    asked.length = 0;
    for (const [url, wanted] of [
      [`http://127.0.0.1:${port + 1}/`, `127.0.0.1:${port + 1}`],
      [`http://localhost:${port}/json`, `localhost:${port}`],
      [`http://[::ffff:127.0.0.1]:${port}/json`, `[::ffff:7f00:1]:${port}`],
      ['http://api.example.org.evil.example/', 'api.example.org.evil.example'],
      ['http://evil.example/#@api.example.org', 'evil.example'],
      ['http://evil.example\\@api.example.org/', 'evil.example'],
      ['http://api.example.org./', 'api.example.org.'],
      ['http://api.example.org:81/', 'api.example.org:81'],
    ] as const)
      expect(await get(url, [`http.fetch:127.0.0.1:${port}`, 'http.fetch:api.example.org']), url).toMatchObject({
        trap: 'refused',
        capability: `http.fetch:${wanted}`,
      });
    for (const url of [
      'file:///etc/passwd',
      'ftp://x.example/',
      'data:,x',
      'javascript:1',
      'not one',
      'http://a:b@x.example/',
      '//x.example',
      '',
    ])
      expect(await get(url, ['http.fetch']), url).toMatchObject({ trap: 'failed' });
    expect(asked).toEqual([]);
  });

  it('follows a redirect only to what is granted as well', async () => {
    expect((await get(at(`/to?${encodeURIComponent('/json')}`))).value).toMatchObject({ status: 200 });
    asked.length = 0;
    const away = (to: string): string => at(`/to?${encodeURIComponent(to)}`);
    expect(await get(away(`http://localhost:${port}/json`))).toMatchObject({
      trap: 'refused',
      capability: `http.fetch:localhost:${port}`,
    });
    expect(
      await get(away('http://169.254.169.254/latest'), [`http.fetch:127.0.0.1:${port}`, 'http.fetch']),
    ).toMatchObject({ trap: 'refused', capability: 'http.fetch:169.254.169.254' });
    expect(await get(away('file:///etc/passwd'))).toMatchObject({ trap: 'failed' });
    expect(asked).toHaveLength(3);
    expect(await get(at('/loop'))).toMatchObject({ detail: expect.stringContaining('sent on more than 5 times') });
  });

  it('takes no endless answer, and says who cannot be reached', async () => {
    expect(await get(at('/endless'))).toMatchObject({
      trap: 'failed',
      detail: expect.stringContaining('larger than 8 MB'),
    });
    expect(await get('http://127.0.0.1:1/', ['http.fetch:127.0.0.1:1'])).toMatchObject({
      trap: 'failed',
      detail: expect.stringContaining('cannot be reached: ECONNREFUSED'),
    });
  });

  it('needs what is declared, scope included', async () => {
    const narrow = GET.replace('http.fetch', 'http.fetch:api.example.org');
    expect(await get(at('/json'), ['http.fetch', `http.fetch:127.0.0.1:${port}`], narrow)).toMatchObject({
      trap: 'refused',
      detail: expect.stringContaining('does not declare'),
    });
  });
});

it('http.post sends JSON, and is an entry', async () => {
  const text =
    'module "m" 1.0.0\ncap http.fetch\nexport func main(url String, body JSON) -> JSON:\nLOAD url\nLOAD body\nHOST http.post\nRET\nendfunc';
  const ran = await test.run(text, [at('/echo'), { a: [1] }], [`http.fetch:127.0.0.1:${port}`]);
  expect(ran.value).toMatchObject({ status: 200, body: { a: [1] } });
  expect(test.entries('http.sent')).toMatchObject([
    { method: 'POST', url: at('/echo'), status: 200, module: { name: 'm' } },
  ]);
});

describe('addresses', () => {
  it('are public only when nobody keeps them for something else', () => {
    for (const address of ['1.1.1.1', '93.184.215.14', '2606:4700:4700::1111'])
      expect(isPublic(address), address).toBe(true);
    const own =
      '127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1 ::1 :: ::ffff:127.0.0.1 ' +
      '::ffff:8.8.8.8 fe80::1 fc00::1 ff02::1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 x';
    for (const address of own.split(' ')) expect(isPublic(address), address).toBe(false);
  });
  it('of this machine and its net are known by their names', () => {
    for (const name of [
      'localhost',
      'a.localhost',
      'printer.local',
      'nas',
      '127.0.0.1',
      '[::1]',
      'db.internal',
      'localhost.',
    ])
      expect(isOwnName(name), name).toBe(true);
    for (const name of ['example.org', 'localhost.example.org', '8.8.8.8', '[2606:4700:4700::1111]'])
      expect(isOwnName(name), name).toBe(false);
  });
  it('are what the URL standard reads', () => {
    expect(addressOf('HTTP://Bücher.example:80/ä#x').href).toBe('http://xn--bcher-kva.example/%C3%A4');
    expect(() => addressOf(`http://x.example/${'a'.repeat(9000)}`)).toThrow(Stop);
  });
});
