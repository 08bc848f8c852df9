// Phone: a number as people type it, brought to bare digits so that two spellings of one number are one key.

/** `＋86 138-0013 8000` → `13800138000`; undefined when it holds no plausible number (3 to 20 digits). */
export function normalisePhone(typed: string): string | undefined {
  const plain = typed.normalize('NFKC').trim();
  const digits = plain.replace(/\D/g, '');
  const chinese = /^(?:\+|00) *86/.test(plain) || /^86(?:1\d{10}|0\d{9,11})$/.test(digits);
  const local = chinese ? digits.replace(/^(?:00)?86/, '') : digits;
  return local.length >= 3 && local.length <= 20 ? local : undefined;
}
