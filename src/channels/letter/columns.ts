// Columns: what the columns of a register of letters and visits are called, and which of a sheet's columns is which.

const words = (list: string): readonly string[] => list.split(/\s+/);

/** The fields of one letter, and the names their columns go by; the first is used in what is told to people. */
export const ALIASES = {
  number: words(
    `登记编号 信访编号 编号 信件编号 登记号 受理编号 来信编号 来访编号 件号 信访件编号 信访件号
    信访登记号 工单编号 工单号 信件号 来信号 来访号 收文编号 案件编号 诉求编号`,
  ),
  form: words('信访形式 形式 信访方式 来信来访形式 来源方式 受理方式 信访类型 来件方式 渠道 来件渠道 诉求渠道'),
  name: words(
    `信访人 信访人姓名 姓名 来信人 来访人 来信人姓名 来访人姓名 反映人 诉求人 投诉人 写信人
    写信人姓名 来件人 反映人姓名 诉求人姓名 投诉人姓名 申请人 联系人 联系人姓名 当事人 群众姓名
    上访人 来信来访人`,
  ),
  phone: words(
    `联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 信访人电话 联系手机 联系号码 联系人电话
    来信人电话 来访人电话 反映人电话 诉求人电话 投诉人电话 来电号码 移动电话 固定电话 信访人联系电话
    信访人手机 电话/手机 手机/电话`,
  ),
  email: words(
    `电子邮箱 邮箱 电子邮件 电邮 e-mail 邮箱地址 email mail e-mail地址 邮件地址
    联系邮箱`,
  ),
  address: words(
    `住址 联系地址 通信地址 通讯地址 家庭住址 信访人住址 地址 来信地址 现住址 现住地 居住地址
    详细地址 户籍地 信访人地址 来信人地址 来访人地址 单位或住址 住所`,
  ),
  people: words(`人数 信访人数 来访人数 联名人数 涉及人数 来访人次 同行人数 参与人数`),
  place: words(
    `问题属地 问题地点 事发地 事发地址 事发地点 发生地 发生地址 问题地址 问题发生地 事件地点 案发地 诉求地点 诉求地址
    反映地点 所属区域 涉及地点`,
  ),
  purpose: words(`信访目的 目的 诉求目的 诉求类型 诉求性质 信访性质`),
  title: words(
    `标题 信访标题 主题 题目 事由 信件标题
    来信标题 诉求标题 信访事由 案由 事项名称`,
  ),
  text: words(
    `概况 信访内容 内容 反映内容 反映问题 诉求内容 主要内容 来信内容 来访内容 问题概况 内容摘要
    主要诉求 正文 诉求 ocr文本 识别文本 识别文字 content 信件内容 信访事项 信访诉求
    信访概况 信访问题 具体内容 详细内容 事项内容 事项描述 问题描述 情况描述 情况反映 反映情况
    反映事项 诉求描述 诉求概况 诉求事项 投诉内容 投诉事项 内容概况 内容描述 概述 摘要 问题 事项
    情况说明`,
  ),
  occurredAt: words(`发生时间 事发时间`),
  receivedAt: words(
    `登记时间 登记日期 来信时间 来信日期 来访时间 来访日期 收信日期 收信时间
    收件日期 信访日期 信访时间 日期 时间 time date 信访登记时间 受理时间 受理日期 接收时间
    接收日期 接访时间 接访日期 接待时间 接待日期 写信时间 写信日期 来件时间 来件日期 收到时间
    收到日期 收文日期 收文时间 诉求时间 反映时间 提交时间 录入时间 日期时间`,
  ),
  confidence: words(`识别置信度 置信度 ocr置信度 识别可信度`),
  files: words(
    `附件 扫描件 附件名称 扫描件文件名 图片 附件清单
    扫描件名称 扫描文件 图片名称 附件材料 附件文件`,
  ),
  anonymous: words('是否匿名 匿名 匿名信访 是否匿名信访'),
  secret: words('是否保密 保密 要求保密 是否要求保密 保密要求 是否隐匿身份'),
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
