// Automatic words: how programs that answer, bounce and confirm begin their subjects and sentences, in the languages met.
// People write of the same things (未送达的快递, "Delivery failed three times"): where a beginning could be theirs, the end must be a program's.
import type { Judged } from './mail.ts';

/** After the words of a program: a colon, a bracket, a slash or nothing. A person's sentence goes on. */
const ENDS = /^\s*(?:$|[:：\]】)）([（【{/|]|[-–—]\s|\.$|!$)/;

const ANSWERS_ZH =
  /^(?:(?:re|aw|回复|答复|回覆)\s*[:：]\s*)?[[(【（]?(?:外出时的|假期|系统|休假|邮件)?(?:自动回复|自動回覆|自動回復|自动答复|自動答覆|自动应答|自動応答|自動返信|外出自动回复|离开办公室|不在办公室|자동 ?(?:회신|응답))(?:邮件|通知)?/;
const BOUNCES_ZH =
  /^[[(【（]?(?:系统退信|退信|邮件退回|邮件被退回|邮件未送达|邮件无法(?:送达|投递|传递)|邮件(?:投递|发送|传递)失败|投递失败|发送失败|未送达|未送達|无法送达|無法送達|无法投递|无法传递|無法傳遞|传递状态通知|傳遞狀態通知|来自.{1,40}的退信|配信(?:不能|状態通知|エラー)|배달되지 않음)(?:邮件|通知|的通知|消息)?/;
const BARE = /^(?:退信|未送达|無法送達|无法送达|无法投递|投递失败|发送失败)$/;
const RETURNED = /收件人|邮箱|原邮件|退信原因|地址不存在|smtp|[45]\d\d[ -]/i;
const RECEIPTS =
  /^(?:已读|已讀|阅读回执|閱讀回執|已读回执|已讀回執|未读便已删除|未读|開封済み|read|not read|gelesen|nicht gelesen|lu|leído|leída|lido|letto|gelezen|прочитано|não lida|non lu)\s*[:：]/i;

/** No sentence of a person begins so. */
const SURE = [
  /^(?:automatic(?:ally generated)? (?:reply|response)|auto(?:mated)?[- ]?(?:reply|response|respond)\b|auto: )/i,
  /^(?:undeliverable\b|undelivered mail|delivery (?:status )?notification|mail delivery (?:failed|failure|delayed|status|problem|error)|failure notice|failure delivery|returned (?:mail: |e-?mail|to sender)|message (?:undeliverable|status - )|non[- ]?deliver(?:y|able)|warning: (?:could not send|message \S+ delayed)|mail system error|dsn:|ndn:|bounce[\]:]|mdaemon notification|notice: mail delivery status|there was an error sending your mail)/i,
  /^(?:considered unsolicited bulk email|(?:banned|virus|infected|blocked)\b.{0,40}\bfrom you\b|not member article|fml\b.{0,30}\b(?:report|status))/i,
  /^(?:email feedback report|complaint about message|abuse report|spam report|feedback report|junk mail report)/i,
  /^(?:abwesenheitsnotiz|automatische antwort|automatisch antwoord|r[ée]ponse automatique|respuesta autom|risposta automatica|resposta autom|autosvar|automatiskt svar|automatisk svar|automaattinen|odpowiedź automatyczna|автоответ|автоматический ответ|автоматична відповідь)/iu,
  /^(?:unzustellbar|benachrichtigung zum .{0,20}bermittlungsstatus|zustellung fehlgeschlagen|non remis|notification d.état de remise|échec de la remise|no se puede entregar|notificación del estado de entrega|não é possível entregar|não entregue|impossibile recapitare|notifica sullo stato|onbestelbaar|kan niet worden bezorgd|olevererbart|kan ikke leveres|toimittamatta|niedostarczone|недоставлен|не удалось доставить)/iu,
];
/** A person's sentence may begin so. The end or the body must be a program's. */
const LIKELY =
  /^(?:out[- ]of[- ](?:the[- ])?office|(?:on )?vacation(?: reply| response)?|away (?:from (?:my |the )?(?:mail|office|desk|computer)|message)|away|i am (?:away|out of .{0,10}office)|absence|abwesenheit|auto(?:mated)?[- ]?answer|delivery (?:failure|failed|report|delayed|has)|returned mail|mail (?:could not|was not|not |failure)|message (?:delivery|could not|delayed|not delivered)|could not deliver|unable to deliver|delayed mail|permanent delivery|bounced mail|undelivered|user unknown|e?mail (?:delivery )?(?:error|failure)|error (?:sending|delivering)|dsn|ndn|rejected mail)/i;
/** What only mail systems speak of. */
const SYSTEM_WORDS =
  /\b(?:smtp|mta|mailer|mailbox|postmaster|recipients?|e-?mail address|transcript|bounced?|undeliver\w+|user unknown|mail (?:server|system|delivery)|auto\w* (?:reply|response|generated)|[45]\d\d[ -]#?[45]\.\d+\.\d+|out of (?:the )?office)\b|收件人|邮箱|退信/i;

const rest = (said: string, found: RegExpExecArray | null): string | undefined =>
  found ? said.slice(found[0].length) : undefined;

/** Opened, too, of what mail systems put before it: brackets, stars. */
export function isSystemSubject(mail: Judged): boolean {
  const said = mail.subject.trim();
  return (
    [said, said.replace(/^[\s[(【（*"!]+/, '')].some((one) => isSystem(one, mail)) ||
    /[（(【[](?:系统)?自动(?:回复|答复)[)）】\]]$/.test(said)
  );
}

function isSystem(said: string, mail: Judged): boolean {
  if (SURE.some((pattern) => pattern.test(said))) return true;
  if (ENDS.test(rest(said, ANSWERS_ZH.exec(said)) ?? 'none')) return true;
  const beyond = rest(said, BOUNCES_ZH.exec(said));
  // The bare word may be a person's subject.
  if (beyond !== undefined && ENDS.test(beyond)) return !BARE.test(said) || RETURNED.test(newIn(mail));
  const after = rest(said, LIKELY.exec(said));
  if (after === undefined) return false;
  return (
    ENDS.test(after) || SYSTEM_WORDS.test(newIn(mail)) || SYSTEM_WORDS.test(said.slice(said.length - after.length))
  );
}

export const isReceipt = ({ subject }: Judged): boolean => RECEIPTS.test(subject.trim());

/** Sentences that mail systems write and people do not, unless they quote them. */
const SENTENCES = [
  /这是来自.{0,12}邮箱的(?:假期)?自动回复/,
  /(?:^|[\n。！!；;（(【\s])此(?:邮件|信)(?:为|是|由)系统自动(?:发送|回复|发出|生成)/,
  /(?:^|[\n。！!；;（(【\s])(?:这是一封|本邮件为|此为)(?:系统)?自动(?:回复|发送|退信)/,
  /^.{0,20}这是一封(?:系统)?自动回复(?:邮件)?[，,。]/s,
  /(?:^|\n)\s*(?:这是您所发送的邮件的回执|此回执表明|您的邮件.{0,200}已(?:在|于).{0,60}被阅读)/,
  /(?:^|\n)\s*(?:很?抱歉|对不起)，?您的邮件(?:被退回|未能(?:投递|送达)|无法(?:投递|送达))/,
  /^\W*(?:this is the mail (?:system|delivery)|hi\. this is the qmail-send|this message was created automatically by (?:the )?mail|this is an automat\w+ (?:message|reply|response|notification|e-?mail)|this is a delivery status notification)/i,
  /(?:^|\n)(?:note: )?this is an automated response to your message/i,
  /^(?:hello|hi|dear)?[^\n]{0,80}\n?.{0,120}\bI(?:'m| am| will be) (?:currently |presently )?(?:out of (?:the )?office|on (?:annual |holiday |parental |maternity |sick )?leave|away from (?:the office|my desk))\b.{0,200}(?:\bwill (?:return|be back|respond|reply|answer)\b|limited access|in my absence|urgent)/is,
  /(?:your (?:e-?mail |mail )?(?:message|mail)|the following (?:message|addresses|recipients?)|message to the following).{0,120}(?:could not be delivered|was not delivered|not delivered|had (?:permanent|delivery)|undeliverable|failed|did not reach|has been rejected)/is,
  /(?:could not deliver (?:the )?(?:mail|message)|unable to deliver|delivery to the following recipients? (?:failed|has been)|was undeliverable|did not reach the following recipient|message bounced|permanent (?:fatal )?error)/i,
  /we.re writing to let you know that the group you tried to contact/i,
  /^-{2,}\s*the following addresses had/im,
  /(?:this is an? (?:email )?(?:abuse|feedback) report|(?:abuse|complaint) report for)/i,
];
/** No words of anybody: fields of reports and of notices in JSON. */
const FIELDS = [
  /\\?"(?:notificationType|eventType)\\?"\s*:\s*\\?"(?:Bounce|Complaint|Delivery)/,
  /\b(?:diagnostic-code:|final-recipient:|reporting-mta:|feedback-type:)/i,
];
const BEGINNING = 1_500;

/** Only the beginning of what is new is looked at: what an old mail below says, or somebody quotes, was not said by the sender. */
const newIn = ({ reply, text }: Judged): string => (reply || text).slice(0, BEGINNING);

/** A quotation of a program is a person's. */
const QUOTED = /["“「『][^"”」』\n]{0,200}$/;

export function saysItself(mail: Judged): boolean {
  const said = newIn(mail);
  if (FIELDS.some((pattern) => pattern.test(mail.text.slice(0, BEGINNING)))) return true;
  return SENTENCES.some((pattern) => {
    const found = pattern.exec(said);
    return found !== null && !QUOTED.test(said.slice(Math.max(0, found.index - 200), found.index));
  });
}
