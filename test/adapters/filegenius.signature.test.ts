import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiOf, createSign, queryOf, signRead, signWrite } from '../../src/adapters/filegenius.signature.js';

const sign = createSign('s3cr3t');
const SITE = 'https://acme.filetransfers.net/api/';
const PARAMETERS = { timestamp: '1371675460', sort_by: 'date_asc', path: '/', api_key: 'key' };

test('a read is signed over its whole URL, its parameters in order and its signature last', async () => {
  const start = `${SITE}file_list?api_key=key&path=`;
  assert.equal(
    await signRead(sign, `${SITE}file_list`, PARAMETERS, false),
    `${start}%2F&sort_by=date_asc&timestamp=1371675460&signature=6f348056db1fa164582a17314893bb6885e6077e0fc284614f02ba26ac1d6a85`,
  );
  assert.equal(
    await signRead(sign, `${SITE}file_list`, PARAMETERS, true),
    `${start}/&sort_by=date_asc&timestamp=1371675460&signature=e210ccdc051b3ede744a772aa04391f8324cea99f56f213911e5acf955a3c02e`,
  );
  assert.match(
    await signRead(sign, `${SITE}file_list.xml`, PARAMETERS, false),
    /&signature=b80601e8a227836cb54c84b1e8b1e11907183169b563f1516ba207c7a7e92cf1$/,
  );
});

test("a write is signed over its method's URL alone", async () => {
  assert.equal(await signWrite(sign, `${SITE}file_upload`), '7cb018c26511906607501acf832ac8c234ba42a9f6fc1dae081e5ba1b8887a22');
});

test('a query keeps every character of its values apart from its own', () => {
  assert.equal(queryOf({ b: "a b+c%&=?#é'()*!", a: '/x/' }, false), 'a=%2Fx%2F&b=a%20b%2Bc%25%26%3D%3F%23%C3%A9%27%28%29%2A%21');
  assert.equal(queryOf({ path: '/a%2Fb/' }, true), 'path=/a%252Fb/');
  assert.deepEqual([...new URLSearchParams(queryOf({ path: "/a%2Fb c+d'/" }, true))], [['path', "/a%2Fb c+d'/"]]);
});

test('a site is at an https address, or on this machine', () => {
  for (const base of ['https://acme.filetransfers.net', 'https://acme.filetransfers.net/', 'https://acme.filetransfers.net/api', SITE])
    assert.equal(apiOf(base), SITE);
  assert.equal(apiOf('http://127.0.0.1:8080'), 'http://127.0.0.1:8080/api/');
  assert.equal(apiOf('https://example.com/files'), 'https://example.com/files/api/');
  for (const base of [
    'http://acme.filetransfers.net',
    'acme',
    '',
    'ftp://acme.example',
    'https://a:b@acme.example',
    'https://acme.example?x=1',
  ])
    assert.throws(() => apiOf(base), { name: 'BackendError', code: 'invalid' }, base);
});
