// Withdrawal: 不用了，已经修好了. The citizen says that nothing is wanted any more, and why or how; a plain 不用了 is manners.
const NO_MORE = /不用(?:了|管|处理|来|修|派人|麻烦)|不需要(?:了|处理|来|管)|不必(?:了|处理|来)/;
const SETTLED = /(?:已经?|都|自己|刚)?(?:修好|解决|恢复|处理好|弄好|搞定|清理(?:掉|干净)|来(?:水|电|气))(?:了|完)?/;
const BY_NAME = /(?:撤销|撤回|取消|撤掉)(?:这个|本次|我的|之前的)?(?:诉求|工单|投诉|举报|反映)/;
const STILL =
  /没有?(?:人)?(?:修好|解决|恢复|处理|弄好)|未(?:修|解决|恢复|处理)|又|还是|仍|但是?|可是|不过|另外|为什么|怎么|凭什么|[?？]/;
const LONGEST = 40;

/** `text` is normalised. */
export function withdraws(text: string): boolean {
  if (text.length > LONGEST || STILL.test(text)) return false;
  return BY_NAME.test(text) || (NO_MORE.test(text) && SETTLED.test(text));
}
