// The letter channel keeps every channel’s promises; registers are read as offices write them, row by row, and nothing of a bad row spoils the others.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { fromSerial, readDate } from '../../src/channels/letter/dates.ts';
import { letter } from '../../src/channels/letter.ts';
import { sourceFile } from '../../src/cli/source-files.ts';
import type { FileItem } from '../../src/core/archive.ts';
import type { AccountBlock } from '../../src/core/channel.ts';
import { channelContract, type TestDoor, testDoor } from '../contract/channel.ts';
import { requestOf } from '../web/serve.ts';
import { type Sheet, sheetXml, workbook, zipped } from './sheets.ts';

const block: AccountBlock = { channel: 'letter' };

channelContract(letter, {
  settings: block,
  badSettings: { block: { ...block, columns: { words: '内容' } }, names: 'columns.words' },
  async arrive(door, payload) {
    const { fields } = payload as { fields: object };
    const headers = { 'content-type': 'application/json' };
    const url = new URL('http://localhost/in/letter');
    return door.routes[0]?.handle(requestOf(Buffer.from(JSON.stringify(fields)), headers, url));
  },
});

const folder = mkdtempSync(path.join(tmpdir(), 'civicline-letters-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileOf(content: string | Buffer, ending: string): string {
  files += 1;
  const file = path.join(folder, `register-${files}.${ending}`);
  writeFileSync(file, content);
  return file;
}

async function itemsOf(
  file: string,
  own: AccountBlock = block,
  door: TestDoor = testDoor(letter, letter.settings(own)),
) {
  const items: FileItem[] = [];
  for await (const item of letter.files?.(sourceFile(file), letter.settings(own), door) ?? []) items.push(item);
  return items;
}

/** Each row's words, or why it was refused. */
async function told(file: string, own: AccountBlock = block): Promise<string[]> {
  const settings = letter.settings(own);
  const items = await itemsOf(file, own);
  return Promise.all(
    items.map(async (item) => {
      const row = item.row === undefined ? '' : `${item.row} `;
      if ('refused' in item) return `${row}✗ ${item.refused}`;
      if ('automatic' in item) return `${row}– ${item.automatic}`;
      try {
        const [said] = await letter.read(item.payload, settings);
        return `${row}${said?.text}`;
      } catch (error) {
        return `${row}✗ ${(error as Error).message}`;
      }
    }),
  );
}

const HEAD = '登记编号,信访人（必填）,联系电话,概况,登记时间';
const REGISTER = `来信来访登记表,,,,\r\n${HEAD}\r\nX1,张某,13800000000,"路灯不亮，\n请派人来修",2026-11-20\r\n,,,,\r\nX2,李某,,,2026-11-20\r\nX3,王某,,井盖丢了,2026年2月30日\r\nX4,赵某,,公交站没有灯,45000.5\r\n`;
const ROWS = [
  '3 路灯不亮，\n请派人来修',
  '5 ✗ 概况 is empty',
  '6 ✗ 登记时间 "2026年2月30日" is no date',
  '7 公交站没有灯',
];

describe('what is wrong with a row', () => {
  it('is told by the name the column has in the file', async () => {
    const head = '信访编号,反映人,信访内容,来信日期,置信度';
    const rows = [
      'X1,张某,,2026-11-20,',
      'X2,李某,井盖丢了,某日,',
      'X3,王某,路灯不亮,,很高',
      'X4,赵某,路灯不亮,2099-01-01,',
    ];
    const file = fileOf([head, ...rows].join('\n'), 'csv');
    expect(await told(file)).toEqual([
      '2 ✗ 信访内容 is empty',
      '3 ✗ 来信日期 "某日" is no date',
      '4 ✗ 置信度 "很高" is neither 0 to 1 nor 0 to 100',
      '5 ✗ 来信日期 "2099-01-01" has not come yet',
    ]);
  });
});

describe('a register in CSV', () => {
  it.each([
    ['UTF-8', Buffer.from(REGISTER)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${REGISTER}`)],
    ['GB18030', iconv.encode(REGISTER, 'gb18030')],
    ['UTF-16, as spreadsheets save Unicode text', iconv.encode(`\ufeff${REGISTER.replaceAll(',', '\t')}`, 'utf-16le')],
  ])('is read in %s: right rows are taken, wrong ones are told with their number and reason', async (_, bytes) => {
    expect(await told(fileOf(bytes, 'csv'))).toEqual(ROWS);
  });

  it('in GB18030 is not taken for UTF-8 because its beginning has no Chinese', async () => {
    const head = `text,phone\n${'a long row of plain letters,1\n'.repeat(4_000)}`;
    const read = await told(fileOf(iconv.encode(`${head}路灯不亮,2\n`, 'gb18030'), 'csv'));
    expect(read.at(-1)).toBe('4002 路灯不亮');
  });

  it('with a quote left open is told where, and what was before it is taken', async () => {
    const read = await told(fileOf(`${HEAD}\nX1,张某,,路灯不亮,2026-11-20\nX2,李某,,"井盖丢了,2026-11-20\n`, 'csv'));
    expect(read[0]).toBe('2 路灯不亮');
    expect(read[1]).toMatch(/^3 ✗ .*quote/i);
  });

  it('gives a row the same key however the office goes on filling in where it went', async () => {
    const keys = async (rows: string) => {
      const items = await itemsOf(fileOf(rows, 'csv'));
      return Promise.all(
        items.map(async (item) =>
          'payload' in item ? (await letter.read(item.payload, letter.settings(block)))[0] : undefined,
        ),
      );
    };
    const [first] = await keys('信访人,概况,去向单位\n张某,路灯不亮,\n');
    const [again] = await keys('信访人,概况,去向单位\n张某,路灯不亮,市城管局\n');
    const [other] = await keys('信访人,概况,去向单位\n李某,路灯不亮,\n');
    expect(again?.externalId).toBe(first?.externalId);
    expect(other?.externalId).not.toBe(first?.externalId);
  });

  it('loses no value to a header that stands twice, and joins two columns of words', async () => {
    const items = await itemsOf(fileOf('概况,概况,电话,手机\n路灯不亮,三天了,,13800000000\n', 'csv'));
    expect(items).toMatchObject([
      {
        payload: {
          fields: { text: '路灯不亮\n三天了', phone: '13800000000' },
          original: { 概况: '路灯不亮', '概况#2': '三天了' },
        },
      },
    ]);
  });

  it('in CSV is parted as its header is, whatever stands in the headline above it', async () => {
    for (const headline of ['某市来信登记表，第三季度，共一件', '登记表|2026|来信', '"来信;来访"'])
      expect(await told(fileOf(`${headline}\n${HEAD}\nX1,张某,,"路灯不亮，三天了",2026-11-20\n`, 'csv'))).toEqual([
        expect.stringContaining('路灯不亮，三天了'),
      ]);
  });

  it('goes by a city’s own names of columns before the common ones', async () => {
    const file = fileOf('内容,市民原话,姓名\n噪声,工地夜里施工,张某\n', 'csv');
    expect(await told(file, { ...block, columns: { text: '市民原话', title: ['内容'] } })).toEqual(['2 工地夜里施工']);
    expect(await told(fileOf('甲,乙\n1,2\n', 'csv'))).toEqual([expect.stringContaining('no header was found')]);
  });

  it('does not take a day that has not come yet', async () => {
    expect(await told(fileOf(`${HEAD}\nX1,张某,,路灯不亮,2062-11-20\n`, 'csv'))).toEqual([
      '2 ✗ 登记时间 "2062-11-20" has not come yet',
    ]);
  });
});

const SHEET: Sheet = {
  rows: [
    ['来信来访登记表'],
    ['登记编号', '信访人', '联系电话', '概况', '登记时间'],
    ['X1', '张某', 13800000000, '路灯不亮', ['s="1"', '<v>46346.395833333336</v>']],
    [],
    ['X2', '李某', '', ['', '<f>A1&amp;"了"</f>'], '2026-11-20'],
    ['X3', '王某', '', ['t="str"', '<f>"井盖"&amp;"丢了"</f><v>井盖丢了</v>'], '2026-11-20'],
    ['X4', '赵某', '', ['t="e"', '<v>#REF!</v>'], '2026-11-20'],
    ['登记编号', '信访人', '联系电话', '概况', '登记时间'],
    ['X5', '钱某', '', '公交站没有灯', 46346],
  ],
};

describe('a register in XLSX', () => {
  it('is read with dates as day numbers, results of formulas, and reasons for what has none', async () => {
    const file = fileOf(workbook([SHEET]), 'xlsx');
    expect(await told(file)).toEqual([
      '3 路灯不亮',
      '5 ✗ 概况 is a formula that was never calculated: open the file, save it, and import it again',
      '6 井盖丢了',
      '7 ✗ 概况 holds the error #REF!',
      '9 公交站没有灯',
    ]);
    const [first] = await itemsOf(file);
    const [said] = first && 'payload' in first ? await letter.read(first.payload, letter.settings(block)) : [];
    expect(said).toMatchObject({ sentAt: '2026-11-20T09:30:00.000+08:00', sender: { phone: '13800000000' } });
  });

  it('keeps its macros shut in', async () => {
    const file = fileOf(workbook([SHEET], { 'xl/vbaProject.bin': 'Sub Workbook_Open()' }), 'xlsm');
    expect((await told(file))[0]).toBe('3 路灯不亮');
  });

  it('counts a cell merged downwards in each of its rows, each a letter of its own', async () => {
    const rows = [
      ['登记编号', '信访人', '概况'],
      ['X1', '张某', '路灯不亮'],
      ['', '李某', ''],
      ['X2', '王某', '井盖丢了'],
    ];
    const file = fileOf(workbook([{ rows, merges: ['A2:A3', 'C2:C3'] }]), 'xlsx');
    expect(await told(file)).toEqual(['2 路灯不亮', '3 路灯不亮', '4 井盖丢了']);
    expect(await itemsOf(file)).toMatchObject([
      { payload: { fields: { number: 'X1' } } },
      { payload: { fields: { number: 'X1/3', name: '李某' } } },
      { payload: { fields: { number: 'X2' } } },
    ]);
  });

  it('has a sheet of letters and one of visits, and hidden ones nobody sees', async () => {
    const rows = [
      ['信访人', '概况'],
      ['张某', '路灯不亮'],
    ];
    const sheets = [
      { name: '来信', rows },
      { name: '来访', rows },
      { name: '旧表', rows, hidden: true },
    ];
    const items = await itemsOf(fileOf(workbook(sheets), 'xlsx'));
    expect(items).toHaveLength(2);
    expect(items[1]).toMatchObject({ payload: { fields: { form: '来访' } } });
  });

  it('reads words shared by cells, without the reading aids above them', async () => {
    const shared =
      '<sst><si><r><t>路灯</t></r><r><t>不亮</t></r><rPh><t>lù dēng</t></rPh></si><si><t>概况</t></si><si><t>信访人</t></si></sst>';
    const cell = (at: number) => ['t="s"', `<v>${at}</v>`] as const;
    const rows = [
      [cell(1), cell(2)],
      [cell(0), '张某'],
    ];
    expect(await told(fileOf(workbook([{ rows }], { 'xl/sharedStrings.xml': shared }), 'xlsx'))).toEqual([
      '2 路灯不亮',
    ]);
  });

  it('that is a bomb is refused before it grows, whatever its list of sizes says', async () => {
    const huge = Buffer.alloc(64 * 1_048_576, 0x20);
    const honest = workbook([SHEET], { 'xl/worksheets/sheet1.xml': huge });
    expect(await told(fileOf(honest, 'xlsx'))).toEqual([expect.stringContaining('far more than a register')]);
    const lying = workbook([SHEET], { 'xl/sharedStrings.xml': huge });
    const at = lying.lastIndexOf('xl/sharedStrings.xml') - 46;
    lying.writeUInt32LE(100, at + 24);
    expect(await told(fileOf(lying, 'xlsx'))).toEqual([expect.stringContaining('far more than a register')]);
  });

  it.each([
    ['is no archive', Buffer.from('not a workbook')],
    ['was cut off', workbook([SHEET]).subarray(0, 900)],
    ['has no sheet', zipped({ 'xl/workbook.xml': '<workbook/>' })],
    [
      'declares entities',
      workbook([SHEET], {
        'xl/worksheets/sheet1.xml': `<!DOCTYPE a [<!ENTITY b "${'c'.repeat(99)}">]>${sheetXml({ rows: [['&b;']] })}`,
      }),
    ],
  ])('that %s is refused with what to do', async (_, bytes) => {
    expect(await told(fileOf(bytes, 'xlsx'))).toEqual([expect.stringMatching(/✗ /)]);
  });

  it('of the old kind is refused with what to do', async () => {
    expect(await told(fileOf('\xd0\xcf\x11\xe0', 'xls'))).toEqual([expect.stringContaining('save it as XLSX or CSV')]);
  });
});

describe('the day a letter came', () => {
  it.each([
    ['2026-11-20', '2026-11-20T00:00:00.000+08:00'],
    ['2026/1/5 9:05', '2026-01-05T09:05:00.000+08:00'],
    ['2026.11.20', '2026-11-20T00:00:00.000+08:00'],
    ['20261120', '2026-11-20T00:00:00.000+08:00'],
    ['20261120093015', '2026-11-20T09:30:15.000+08:00'],
    ['2026年11月20日（星期五）', '2026-11-20T00:00:00.000+08:00'],
    ['2026年11月20日 下午3点半', '2026-11-20T15:30:00.000+08:00'],
    ['２０２６年１１月２０日上午９时', '2026-11-20T09:00:00.000+08:00'],
    ['二〇二六年十一月二十日', '2026-11-20T00:00:00.000+08:00'],
    ['二〇二六年十一月三十日 晚上八点', '2026-11-30T20:00:00.000+08:00'],
    ['2026-11-20T01:30:00Z', '2026-11-20T09:30:00.000+08:00'],
    ['46346.395833333336', '2026-11-20T09:30:00.000+08:00'],
  ])('is told from %s', (written, at) => {
    expect(readDate(written)).toBe(at);
  });

  it.each(['2026-02-30', '2026-13-01', '去年', '上周五', '3', '2026-11-20 25:00', '11-20', '1899-01-01'])(
    'is not guessed from %s',
    (written) => {
      expect(readDate(written)).toBeUndefined();
    },
  );

  it('counts from 1904 where the workbook does', () => {
    expect(fromSerial(44884, true)).toBe('2026-11-20T00:00:00.000+08:00');
  });
});

const PDF = Buffer.from('%PDF-1.4\n%%EOF\n');

describe('a scanned letter', () => {
  const put = (name: string, content: string | Buffer): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };

  it('is one letter with its text and all its pages, whichever file comes first', async () => {
    const scans = [put('a1-1.pdf', PDF), put('a1-2.pdf', PDF)];
    const ocr = put(
      'a1.json',
      JSON.stringify({
        登记编号: 'S1',
        name: '张某',
        pages: [{ text: '路灯不亮', confidence: 0.97 }, { lines: [{ text: '请来修', confidence: 61 }] }],
      }),
    );
    for (const order of [
      [...scans, ocr],
      [ocr, ...scans],
    ]) {
      const door = testDoor(letter, letter.settings(block));
      const items = [];
      for (const file of order) items.push(...(await itemsOf(file, block, door)));
      expect(items).toMatchObject([
        { payload: { fields: { number: 'S1', text: '路灯不亮\n请来修', confidence: '0.61' } } },
        { automatic: expect.any(String) },
        { automatic: expect.any(String) },
      ]);
      expect(door.blobs).toHaveLength(2);
    }
  });

  it('that was read badly, or not at all, waits for a person', async () => {
    const doubts = async (file: string) => {
      const [item] = await itemsOf(file);
      return item && 'payload' in item ? (await letter.read(item.payload, letter.settings(block)))[0]?.doubts : [];
    };
    put('b1.pdf', PDF);
    expect(await doubts(put('b1.txt', iconv.encode('路灯不亮', 'gb18030')))).toEqual(['reply_by_letter']);
    expect(await doubts(put('b2.json', '{"text": "路灯不壳", "confidence": 0.5}'))).toContain('ocr_uncertain');
    expect(await doubts(put('b3.pdf', PDF))).toContain('ocr_missing');
  });

  it('named in a row is kept with it; a name that leads elsewhere is not followed', async () => {
    put('c1.pdf', PDF);
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'civicline-elsewhere-'));
    writeFileSync(path.join(elsewhere, 'secret.pdf'), PDF);
    symlinkSync(path.join(elsewhere, 'secret.pdf'), path.join(folder, 'c2.pdf'));
    const door = testDoor(letter, letter.settings(block));
    const row = fileOf('概况,附件\n路灯不亮,../../c1.pdf、c2.pdf、3页\n', 'csv');
    expect(await itemsOf(row, block, door)).toMatchObject([
      { payload: { parts: [{ name: 'c1.pdf', mediaType: 'application/pdf' }], doubts: ['file_missing'] } },
    ]);
    rmSync(elsewhere, { recursive: true });
  });

  it('that says it is one and is not, is refused', async () => {
    expect(await told(put('d1.pdf', 'hello'))).toEqual([expect.stringMatching(/✗ nothing of it can be kept: d1.pdf/)]);
    expect(await told(put('d2.json', '{"text": 5}'))).toEqual([expect.stringMatching(/✗ d2.json/)]);
  });
});

describe('one letter handed in', () => {
  it.each(['null', '[]', '"路灯不亮"', '12'])('as %s is refused in plain words: it has no fields', async (body) => {
    const door = testDoor(letter, letter.settings(block));
    await letter.open(letter.settings(block), door);
    const headers = { 'content-type': 'application/json' };
    const request = requestOf(Buffer.from(body), headers, new URL('http://localhost/in/letter'));
    await expect(async () => door.routes[0]?.handle(request)).rejects.toThrow('one JSON object');
    expect(door.payloads).toEqual([]);
  });
});
