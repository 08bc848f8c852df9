// Columns: what the columns of a register of letters and visits are called, and which of a sheet's columns is which.

/** The fields of one letter, and the names their columns go by; the first is used in what is told to people. */
export const ALIASES = {
  number: ['登记编号', '信访编号', '编号', '信件编号', '登记号', '受理编号', '来信编号', '来访编号', '件号'],
  form: ['信访形式', '形式', '信访方式', '来信来访形式', '来源方式', '受理方式'],
  name: ['信访人', '信访人姓名', '姓名', '来信人', '来访人', '来信人姓名', '来访人姓名', '反映人', '诉求人', '投诉人'],
  phone: ['联系电话', '电话', '手机', '手机号', '手机号码', '电话号码', '联系方式', '信访人电话'],
  email: ['电子邮箱', '邮箱', '电子邮件', '电邮', 'e-mail', '邮箱地址'],
  address: ['住址', '联系地址', '通信地址', '通讯地址', '家庭住址', '信访人住址', '地址', '来信地址'],
  people: ['人数', '信访人数', '来访人数', '联名人数'],
  place: ['问题属地', '问题地点', '事发地', '事发地址', '事发地点', '发生地', '发生地址', '问题地址'],
  purpose: ['信访目的', '目的', '诉求目的'],
  title: ['标题', '信访标题', '主题', '题目', '事由'],
  text: [
    ...['概况', '信访内容', '内容', '反映内容', '反映问题', '诉求内容', '主要内容', '来信内容', '来访内容'],
    ...['问题概况', '内容摘要', '主要诉求', '正文', '诉求', 'ocr文本', '识别文本', '识别文字', 'content'],
  ],
  occurredAt: ['发生时间', '事发时间'],
  receivedAt: [
    ...['登记时间', '登记日期', '来信时间', '来信日期', '来访时间', '来访日期', '收信日期', '收信时间', '收件日期'],
    ...['信访日期', '信访时间', '日期', '时间', 'time', 'date'],
  ],
  confidence: ['识别置信度', '置信度', 'ocr置信度', '识别可信度'],
  files: ['附件', '扫描件', '附件名称', '扫描件文件名', '图片'],
  anonymous: ['是否匿名', '匿名'],
  secret: ['是否保密', '保密', '要求保密'],
} as const;
export type Field = keyof typeof ALIASES;

export const FIELDS = Object.keys(ALIASES).filter((name): name is Field => Object.hasOwn(ALIASES, name));

/** A city's own names, asked before those above. */
export type OwnColumns = Readonly<Partial<Record<Field, readonly string[]>>>;

/** 信访人（必填）*： → 信访人 */
export const plainName = (header: string): string =>
  header
    .normalize('NFKC')
    .replace(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, '')
    .replace(/[\s*:;,.。、"'\ufeff]/g, '')
    .toLowerCase();

/** From a column's plain name to its field. */
export type Names = ReadonlyMap<string, Field>;

export function namesOf(own: OwnColumns): Names {
  const names = new Map<string, Field>();
  for (const field of FIELDS) for (const name of own[field] ?? []) names.set(plainName(name), field);
  for (const field of FIELDS)
    for (const name of [field, ...ALIASES[field]]) if (!names.has(plainName(name))) names.set(plainName(name), field);
  return names;
}

/** One column that means something: which, what it is called there, and as what it is read. */
export interface Column {
  readonly at: number;
  readonly header: string;
  readonly field?: Field;
}

/** The columns of a header row, or nothing when this row is none: it must name the words and something besides. */
export function headerOf(cells: readonly string[], names: Names): readonly Column[] | undefined {
  const columns = cells.flatMap((cell, at): Column[] => {
    const header = cell.trim();
    if (header === '') return [];
    const field = names.get(plainName(header));
    return [{ at, header, ...(field ? { field } : {}) }];
  });
  const known = columns.filter(({ field }) => field !== undefined);
  const named = known.some(({ field }) => field === 'text' || field === 'files');
  return named && (known.length >= 2 || columns.length === 1) ? columns : undefined;
}
