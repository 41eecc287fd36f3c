import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  errorOf,
  fileInfoOf,
  linkOf,
  newFolderOf,
  pageOf,
  parseAnswer,
  peopleOf,
  permissionsOf,
  preparationOf,
} from '../../src/adapters/filegenius.answers.js';
import { meaningOf, TITLES } from '../../src/adapters/filegenius.errors.js';

const SETTINGS = { admin: 0, uploadFiles: 1, renameFiles: 0, createFolders: null, sendFiles: 1 };

const JSON_LIST = JSON.stringify({
  fileList: {
    path: '/',
    totalFiles: 2,
    filesInPage: 2,
    maxFilesPage: 50,
    files: [
      {
        id: 1071256,
        name: '  007 <b>&amp;é.jpg',
        type: 'file',
        size: 706638,
        path: '/',
        modDate: 1371675460,
        jobNumber: '0',
        workspaceId: 4,
        username: 'jsmith',
      },
      { id: 12, name: '42', type: 'folder', size: 0, path: '/', modDate: 1371675461, workspaceId: 4, username: '' },
    ],
    userSettings: SETTINGS,
  },
});
const XML_LIST = `<?xml version="1.0" encoding="utf-8"?>
<fileList>
  <path>/</path>
  <totalFiles>2</totalFiles><filesInPage>2</filesInPage><maxFilesPage>50</maxFilesPage>
  <files>
    <file><id>1071256</id><name>  007 &lt;b&gt;&amp;amp;&#233;.jpg</name><type>file</type><size>706638</size><path>/</path>
      <modDate>1371675460</modDate><jobNumber>0</jobNumber><workspaceId>4</workspaceId><username>jsmith</username></file>
    <file><id>12</id><name>42</name><type>folder</type><size>0</size><path>/</path><modDate>1371675461</modDate><workspaceId>4</workspaceId><username/></file>
  </files>
  <userSettings><admin>0</admin><uploadFiles>1</uploadFiles><renameFiles>0</renameFiles><createFolders/><sendFiles>1</sendFiles></userSettings>
</fileList>
`;

test('a listing is read alike in both formats, down to the spaces in a name', () => {
  for (const text of [JSON_LIST, XML_LIST]) {
    const { entries, total, pageSize, flags } = pageOf('Listing', text);
    assert.deepEqual(entries, [
      {
        id: '1071256',
        name: '  007 <b>&amp;é.jpg',
        kind: 'file',
        size: 706638,
        modified: 1371675460000,
        path: '/',
        workspace: '4',
        owner: 'jsmith',
      },
      { id: '12', name: '42', kind: 'folder', size: 0, modified: 1371675461000, path: '/', workspace: '4', owner: undefined },
    ]);
    assert.deepEqual([total, pageSize], [2, 50]);
    assert.deepEqual(
      [flags?.upload, flags?.rename, flags?.createFolder, flags?.send, flags?.sendOutside],
      [true, false, false, true, false],
    );
  }
});

test('one entry and none are lists too', () => {
  const one = '<fileList><totalFiles>1</totalFiles><files><file><id>1</id><name>a</name><type>file</type></file></files></fileList>';
  assert.deepEqual(
    pageOf('Listing', one).entries.map(({ id }) => id),
    ['1'],
  );
  for (const none of ['<fileList><totalFiles>0</totalFiles><files/></fileList>', '{"fileList":{"totalFiles":0,"files":[]}}'])
    assert.deepEqual(pageOf('Listing', none).entries, []);
  assert.deepEqual(peopleOf('Asking', '<usersLocationAccess/>'), []);
});

test('an administrator may do everything, whether told so by 1 or by null', () => {
  for (const settings of [{ admin: 1, uploadFiles: null }, { admin: null }, { admin: '1' }])
    assert.ok(Object.values(permissionsOf('Asking', JSON.stringify({ userPermissionsLocation: settings }))).every(Boolean));
  const xml = '<userPermissionsLocation><admin/><uploadFiles/><userId>4</userId></userPermissionsLocation>';
  assert.ok(Object.values(permissionsOf('Asking', xml)).every(Boolean));
  const others = permissionsOf('Asking', '{"userPermissionsLocation":{"uploadFiles":null,"deleteFiles":1}}');
  assert.deepEqual([others.upload, others.remove, others.send], [false, true, false]);
});

test('what a file is called is read alike in both formats, the samples with a wrong closing tag included', () => {
  for (const text of [
    '{"fileInfo":{"fileId":1071266,"path":"\\/","fileName":"recording.aiff","fileSize":29117258}}',
    '<fileInfo>\n  <fileId>1071266</fileId>\n  <path>/</path>\n  <fileName>recording.aiff</fileName>\n  <workspaceName>Designers</fileSize>\n</fileInfo>',
    '{"fileInfo":[{"fileId":"1071266","fileName":"recording.aiff"}]}',
  ])
    assert.deepEqual(fileInfoOf('Renaming', text), { id: '1071266', name: 'recording.aiff' });
  assert.deepEqual(newFolderOf('Making', '{"createFolder":{"folder_id":9,"folder_name":"new","folder_path":"/","workspace_id":"3"}}'), {
    id: '9',
    name: 'new',
  });
});

test('people are users or groups, with what is known of them', () => {
  const json = JSON.stringify({
    usersLocationAccess: [
      {
        id: 123,
        username: 'jsmith',
        email: 'j@example.com',
        firstName: 'John',
        lastName: 'Smith',
        organization: null,
        subAdmin: null,
        admin: 1,
        uType: 1,
        autoRecip: 0,
      },
      {
        id: 124,
        username: 'Designers',
        email: null,
        firstName: null,
        lastName: null,
        organization: 'Acme',
        subAdmin: null,
        admin: 0,
        uType: 0,
        autoRecip: 1,
      },
    ],
  });
  const xml =
    '<usersLocationAccess><user><id>123</id><username>jsmith</username><email>j@example.com</email><firstName>John</firstName><lastName>Smith</lastName><organization/><uType>1</uType></user>' +
    '<user><id>124</id><username>Designers</username><email/><firstName/><lastName/><organization>Acme</organization><uType>0</uType></user></usersLocationAccess>';
  for (const text of [json, xml])
    assert.deepEqual(peopleOf('Asking', text), [
      { id: '123', kind: 'user', username: 'jsmith', email: 'j@example.com', name: 'John Smith', organization: '' },
      { id: '124', kind: 'group', username: 'Designers', email: '', name: '', organization: 'Acme' },
    ]);
});

test('a link is one, and nothing else is', () => {
  assert.equal(
    linkOf('Linking', '{"fileCreateLink":{"downloadLink":"https:\\/\\/acme.example\\/downloadPublic\\/1"}}'),
    'https://acme.example/downloadPublic/1',
  );
  for (const link of ['', 'javascript:alert(1)', 7])
    assert.throws(() => linkOf('Linking', JSON.stringify({ fileCreateLink: { downloadLink: link } })), { code: 'server' });
});

test('the id of a preparation is found under any name that speaks of one', () => {
  for (const answer of [
    { file_preparation_id: 5 },
    { filePreparation: { filePreparationId: '5', fileId: 7 } },
    { sendFilesPrep: { fileInfo: { fileId: 7 }, preparationId: 5 } },
    { filePrep: { id: 5 } },
  ])
    assert.equal(preparationOf('Preparing', JSON.stringify(answer)), '5');
  assert.equal(preparationOf('Preparing', '<filePreparation><file_preparation_id>5</file_preparation_id></filePreparation>'), '5');
  assert.throws(() => preparationOf('Preparing', '{"fileInfo":{"fileId":7}}'), { code: 'server' });
});

test('what is cut off, an error page, or something else is a fault, and never an empty list', () => {
  for (const text of [
    '',
    JSON_LIST.slice(0, -9),
    XML_LIST.slice(0, 500),
    XML_LIST.slice(0, XML_LIST.indexOf('</file>') + 7),
    '<!DOCTYPE html><html><body><br>Bad gateway</body></html>',
    '[]',
    'null',
    '"fileList"',
    '{"fileInfo":{}}',
    '{"fileInfo":{"fileName":"a"b".txt"}}',
  ])
    assert.throws(() => pageOf('Listing "a"', text), { name: 'BackendError', code: 'server', message: /^Listing "a" failed/ }, text);
});

test('every title of the documents has its meaning, in both formats and under any status', () => {
  for (const [title, { code }] of Object.entries(TITLES)) {
    const shown = title.charAt(0).toUpperCase() + title.slice(1);
    for (const text of [
      JSON.stringify({ error: { title: shown, message: 'm' } }),
      `<error>\n\t<title>${shown}</title>\n\t<message>m</message>\n</error>`,
    ])
      for (const status of [200, 403, 500]) assert.equal(meaningOf({ text, status })?.code, code, title);
  }
  assert.equal(meaningOf({ text: `{"error":{"title":"'User Group Add Failed"}}`, status: 200 })?.code, 'not-allowed');
  assert.equal(meaningOf({ text: JSON_LIST, status: 200 }), undefined);
  assert.equal(errorOf('{"error":null,"fileInfo":{}}'), undefined);
});

test('an unknown title is a refusal that tells nothing of itself, or what its status says', () => {
  for (const [status, code] of [
    [200, 'not-allowed'],
    [400, 'not-allowed'],
    [500, 'server'],
    [404, 'not-found'],
    [413, 'too-large'],
    [507, 'quota'],
  ] as const) {
    const meant = meaningOf({ text: '{"error":{"title":"hush-hush","message":"secret"}}', status });
    assert.equal(meant?.code, code);
    assert.doesNotMatch(JSON.stringify(meant), /hush|secret/);
  }
});

test('names that would change an object are names and nothing else', () => {
  const page = pageOf('Listing', '{"fileList":{"files":[{"id":1,"name":"__proto__","type":"file"}]}}');
  assert.equal(page.entries[0]?.name, '__proto__');
  assert.equal(parseAnswer('<fileList><__proto__>x</__proto__></fileList>'), undefined);
});

test('words that can mean nothing else tell a full site and a file that is too large, where the title and the status do not', () => {
  const meant = (title: string, message: string, status = 200) =>
    meaningOf({ text: JSON.stringify({ error: { title, message } }), status })?.code;
  assert.equal(meant('Storage Limit Exceeded', 'Your site has used all of its space.'), 'quota');
  assert.equal(meant('Upload Failed', 'There is not enough space left.'), 'quota');
  assert.equal(meant('File Too Large', ''), 'too-large');
  assert.equal(meant('Upload Failed', 'The file exceeds the maximum file size of 5 GB.'), 'too-large');
  assert.equal(meant('Upload Failed', 'This file is too large for the storage that is left.'), 'quota');
  // a name with such a word in it, and what the status or a known title says, is something else
  assert.equal(meant('Upload Failed', 'The workspace is locked.'), 'not-allowed');
  assert.equal(meant('Upload Failed', 'Storage.', 403), 'forbidden');
  assert.equal(meant('Cannot create folder', 'Storage.'), 'not-allowed');
});
