// Roles: who in a call is the citizen, who the hotline and who a unit: by what is told, by how they are called, by what they say.
import type { Speaker } from '../../core/call.ts';
import type { Role } from './told.ts';
import type { Said } from './transcript.ts';

const CITIZEN =
  /^(?:市民|居民|群众|来电人|来电者|主叫|客户|用户|诉求人|反映人|投诉人|咨询人|当事人|公民|citizen|caller|customer|client|user|consumer|contact|visitor)(?:\s?[\dA-Z一二])?$/i;
const AGENT =
  /^(?:坐席|座席|话务员|接线员|热线|客服|客服代表|客服人员|受理员|人工|工号.{0,12}|12345|agent|operator|representative|rep|hotline|host|staff|bot|system)(?:员)?(?:\s?[\dA-Z一二-]{1,12})?$/i;
const DEPARTMENT =
  /^(?:部门|承办单位|职能部门|单位|专家|department|dept|expert|unit)(?:人员|工作人员)?(?:\s?[\dA-Z一二])?$/i;
/** Names of offices and of the companies that run a city's water, gas, buses. */
const OFFICE =
  /(?:局|委|委员会|办|办公室|中心|公司|集团|所|支队|大队|中队|街道|街道办|乡|镇|政府|管委会|法院|检察院|医院|学校|协会)$/;

const GREETS =
  /12345|(?:很?高兴|竭诚)?为您服务|请问(?:有)?(?:什么|您|有何)(?:可以|能|需要)?帮|请讲|请说您的|工号|话务员|接线员|how (?:can|may) I (?:help|assist)|this is .{0,40}(?:speaking|hotline)|thank you for calling/i;
const INTRODUCES =
  /(?:我(?:们)?这?(?:里|边)?是|这里是|我是)[^，。！？,.!?]{0,20}(?:局|委|办|中心|公司|集团|所|队|街道|镇|乡|政府)(?:的|，|。|,|\.|工作人员|这边|$)/;
const HANDS_OVER = /(?:转接|接通|连线|三方)/;

/** What a label or role says by itself; undefined where it is only a number or a name. */
export function speakerCalled(label: string): Speaker | undefined {
  const bare = label.trim();
  if (CITIZEN.test(bare)) return 'citizen';
  if (AGENT.test(bare)) return 'agent';
  if (DEPARTMENT.test(bare) || OFFICE.test(bare)) return 'department';
  return undefined;
}

export const isOffice = (label: string): boolean => OFFICE.test(label.trim());

/** The first one that is surest: told, called, then heard. Nobody is guessed where nothing speaks for it. */
export function rolesOf(said: readonly Said[], told: ReadonlyMap<string, Role>): ReadonlyMap<string, Role> {
  const labels = [...new Set(said.map(({ label }) => label))];
  const roles = new Map<string, Role>();
  for (const label of labels) {
    const role = told.get(label) ?? named(label);
    if (role) roles.set(label, role);
  }
  const open = labels.filter((label) => label !== '' && !roles.has(label));
  if (open.length > 0) hear(said, open, roles);
  return roles;
}

function named(label: string): Role | undefined {
  const speaker = speakerCalled(label);
  if (!speaker) return undefined;
  return { speaker, ...(speaker === 'department' && isOffice(label) ? { unit: label } : {}), who: label };
}

/** What each said first: nobody greets or introduces themselves later. */
function beginnings(said: readonly Said[]): ReadonlyMap<string, string[]> {
  const first = new Map<string, string[]>();
  for (const { label, text } of said) {
    const own = first.get(label);
    if (!own) first.set(label, [text]);
    else if (own.length < 3) own.push(text);
  }
  return first;
}

/** The hotline greets, a department says where it is from; who is left over is the citizen, if it is one alone. */
function hear(said: readonly Said[], open: readonly string[], roles: Map<string, Role>): void {
  const first = beginnings(said);
  const words = (label: string): string[] => first.get(label) ?? [];
  const has = (speaker: Speaker): boolean => [...roles.values()].some((role) => role.speaker === speaker);
  const left = new Set(open);
  if (!has('agent')) {
    const greets = open.find((label) =>
      words(label)
        .slice(0, 3)
        .some((text) => GREETS.test(text)),
    );
    if (greets !== undefined && (left.size > 1 || has('citizen'))) {
      roles.set(greets, { speaker: 'agent' });
      left.delete(greets);
    }
  }
  // Only after somebody else spoke first: a citizen, too, may say that they call from a company.
  const handed = said.some(({ text }) => HANDS_OVER.test(text));
  if (has('agent') && left.size > 1 && handed)
    for (const label of left)
      if (
        left.size > 1 &&
        said[0]?.label !== label &&
        words(label)
          .slice(0, 2)
          .some((text) => INTRODUCES.test(text))
      ) {
        roles.set(label, { speaker: 'department' });
        left.delete(label);
      }
  const [last, ...others] = [...left];
  if (last === undefined || others.length > 0) return;
  if (!has('citizen') && has('agent')) roles.set(last, { speaker: 'citizen' });
  else if (has('citizen') && !has('agent')) roles.set(last, { speaker: 'agent' });
}
