// A scanning system of the petition office: hands in one letter after the other with its recognised words and its scan, at POST /in/<account>.

export const options = {
  /** An API key with scope intake: `civicline key create scanner --scope intake`. */
  key: { type: 'string', default: '' },
  form: { type: 'string', default: '来信' },
  name: { type: 'string', default: '张某' },
  email: { type: 'string' },
  /** How sure the recognition is, 0 to 1. */
  confidence: { type: 'string', default: '0.97' },
};

/** Nothing is sent to a scanner: answers go by mail, or are written by a person. */
export const platform = () => ({ close() {} });

let last = 0;

/** One page with the words, as a PDF: enough of one to be kept. */
const scan = (words) => new File([`%PDF-1.4\n% ${words}\n%%EOF\n`], 'scan.pdf', { type: 'application/pdf' });

export async function say({ gateway, account, key, ...settings }, words, fields = {}) {
  const { form = '来信', name = '张某', email, confidence = '0.97' } = settings;
  last += 1;
  const body = new FormData();
  const letter = {
    登记编号: `SIM-${Date.now()}-${last}`,
    信访形式: form,
    信访人: name,
    识别置信度: confidence,
    ...fields,
  };
  for (const [field, value] of Object.entries({ ...letter, ...(email ? { 电子邮箱: email } : {}), 概况: words }))
    body.append(field, value);
  body.append('scan', scan(words));
  const answer = await fetch(`${gateway}/in/${account}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body,
  });
  const receipt = await answer.json();
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}: ${receipt.detail}`);
  return receipt.note ?? `${receipt.outcome} ${receipt.caseNo ?? ''} ${receipt.queryCode ?? ''}`.trim();
}
