// Style: the "one line" look of the citizens' pages as one sheet. No web fonts, no images; light, dark, large, print and forced colours.

export const STYLE = `
:root{
  color-scheme:light dark;
  --bg:#EDF2F2; --surface:#FFFFFF; --surface-2:#F5F8F8; --ink:#10262C; --ink-2:#47605F; --line:#CCD8D8; --control:#66797D;
  --brand:#0B5563; --brand-press:#083F4A; --brand-soft:#DDECEC; --on-brand:#FFFFFF;
  --lamp:#F2B63C; --lamp-soft:#FFF3D9; --on-lamp:#10262C;
  --ok:#1D6A44; --ok-soft:#E1F1E7; --warn:#855000; --danger:#A3332A; --danger-soft:#FBEAE7;
  --night:#0C2A33; --night-2:#13404C; --on-night:#F2F7F7; --on-night-2:#B9D0D3;
  --r-s:6px; --r-m:10px; --r-l:16px;
  --s1:.25rem; --s2:.5rem; --s3:.75rem; --s4:1rem; --s5:1.5rem; --s6:2rem; --s7:3rem;
  --rail:1.125rem;
  --sans:-apple-system,"PingFang SC","HarmonyOS Sans SC","MiSans","OPPO Sans","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","Noto Sans SC",system-ui,sans-serif;
}
@media (prefers-color-scheme:dark){:root{
  --bg:#0A171B; --surface:#11242A; --surface-2:#172E35; --ink:#E7F0F0; --ink-2:#A8BDBF; --line:#2B444B; --control:#80979B;
  --brand:#74C6D1; --brand-press:#9AD8E0; --brand-soft:#16383F; --on-brand:#06242B;
  --lamp:#F3BF55; --lamp-soft:#2E2715; --on-lamp:#10262C;
  --ok:#80D0A2; --ok-soft:#12301F; --warn:#F0C274; --danger:#F3A093; --danger-soft:#391B17;
  --night:#061216; --night-2:#0F3039; --on-night:#E7F0F0; --on-night-2:#A8BDBF;
}}
*,*::before,*::after{box-sizing:border-box}
[hidden]{display:none!important}
:root:lang(en){--sans:-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif}
html{font-size:106.25%;scroll-padding-top:1rem}           /* 17px at the default setting */
html.large{font-size:137.5%}                               /* 22px: large-type mode */
body{margin:0;background:var(--bg);color:var(--ink);font:400 1rem/1.7 var(--sans);overflow-wrap:anywhere;padding-bottom:env(safe-area-inset-bottom)}
h1,h2,h3,p,ol,ul,dl,dd,figure,fieldset{margin:0;padding:0}fieldset{border:0;min-width:0}
h1{font-size:1.7rem;line-height:1.3;font-weight:700;letter-spacing:.01em;text-wrap:balance}
h2{font-size:1.18rem;line-height:1.4;font-weight:700}
a{color:var(--brand);text-underline-offset:.22em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:3px}
:focus-visible{outline:3px solid var(--lamp);outline-offset:0;box-shadow:0 0 0 5px var(--ink)}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.skip{position:absolute;left:-99em}.skip:focus{left:var(--s3);top:var(--s3);z-index:2;background:var(--surface);padding:var(--s2) var(--s3)}
.wrap{max-width:68rem;margin-inline:auto;padding-inline:max(1rem,env(safe-area-inset-left)) max(1rem,env(safe-area-inset-right))}
/* header: the stroke of 一 runs out of the mark to the edge of the page */
.top{background:var(--night);color:var(--on-night)}
.top .wrap{display:flex;align-items:center;gap:var(--s3);min-height:3.5rem}
.brand{display:flex;align-items:center;gap:.65rem;color:inherit;text-decoration:none;font-weight:700;font-size:1.12rem;letter-spacing:.06em;min-height:44px}
.top{overflow:hidden}
.brand i{flex:none;width:2.3rem;height:.22rem;border-radius:1rem;background:var(--on-night);position:relative}
.brand i::before{content:"";position:absolute;right:50%;top:0;width:100vw;height:100%;background:inherit}
.brand i::after{content:"";position:absolute;right:.42rem;top:50%;width:.95rem;height:.95rem;border-radius:50%;background:var(--lamp);border:.19rem solid var(--night);transform:translateY(-50%)}
.brand small{font-weight:400;font-size:.8rem;line-height:1.25;letter-spacing:0;color:var(--on-night-2)}
.brand span,.tools button{white-space:nowrap}
@media (max-width:22.4em){.brand small{display:none}}
@media (max-width:47.9em){html.large .brand small{display:none}html.large .sos ul{grid-template-columns:1fr 1fr}html.large .sos a{min-height:4rem}}
.tools{margin-left:auto;display:flex;gap:.25rem}
.tools button{font:inherit;background:none;border:0;cursor:pointer;color:var(--on-night);text-decoration:none;font-size:.88rem;min-width:44px;min-height:44px;padding:0 .5rem;border-radius:var(--r-s)}
.tools button:hover{background:var(--night-2)}
/* emergency */
.sos{background:var(--night-2);color:var(--on-night)}
.sos .wrap{padding-block:.8rem .95rem}
.sos p{font-size:.92rem;line-height:1.55;margin-bottom:.55rem}
.sos p b{font-weight:700}
.sos ul{list-style:none;display:grid;grid-template-columns:repeat(4,1fr);gap:.45rem}
.sos a{display:grid;place-items:center;align-content:center;min-height:3.4rem;border:1px solid rgba(255,255,255,.28);border-radius:var(--r-m);color:var(--on-night);text-decoration:none;line-height:1.2}
.sos a b{font:700 1.2rem/1.15 var(--sans);font-variant-numeric:tabular-nums}
.sos a span{font-size:.76rem;color:var(--on-night-2)}
.sos a:hover{border-color:var(--lamp)}
/* page grid */
.page{display:grid;gap:var(--s6);padding-block:var(--s5) var(--s7)}
.lede{color:var(--ink-2);margin-top:.4rem}
/* the line: stops down the form and down a case's journey */
.stops{list-style:none;counter-reset:s;margin-top:var(--s5)}
.stop{position:relative;padding-left:calc(var(--rail) + 1.15rem);padding-bottom:var(--s6);counter-increment:s}
.stop::before{content:"";position:absolute;left:calc(var(--rail)/2 + .12rem);top:.9rem;bottom:-.9rem;width:.22rem;background:var(--brand);border-radius:1rem;opacity:.9}
.stop:last-child::before{display:none}
.stop::after{content:counter(s);position:absolute;left:0;top:.02rem;width:1.6rem;height:1.6rem;border-radius:50%;background:var(--brand);color:var(--on-brand);font:700 .88rem/1.6rem var(--sans);text-align:center}
.stop>h2,.stop>fieldset>legend,.stop>.h{margin-bottom:.2rem}
legend{padding:0;font-size:1.18rem;line-height:1.4;font-weight:700}
.stop:focus-within::after{background:var(--lamp);color:var(--on-lamp)}
/* fields */
.f{margin-top:1.15rem}
label,.lab{display:block;font-weight:700;line-height:1.45}
.opt{font-weight:400;color:var(--ink-2);font-size:.88rem;margin-left:.35rem}
.hint{color:var(--ink-2);font-size:.92rem;line-height:1.6;margin-top:.1rem}
.in{display:block;width:100%;margin-top:.5rem;font:inherit;color:var(--ink);background:var(--surface);border:1.5px solid var(--control);border-radius:var(--r-m);padding:.62rem .8rem;min-height:3rem}
textarea.in{min-height:8.6rem;line-height:1.7;resize:vertical}
.in.short{max-width:16rem}
.in:hover{border-color:var(--brand)}
.in:focus-visible{outline-offset:0;border-color:var(--ink)}
.row{display:flex;gap:.55rem;flex-wrap:wrap;align-items:center;margin-top:.55rem}
.ghost{font:inherit;font-size:.92rem;color:var(--brand);background:transparent;border:1.5px solid var(--brand);border-radius:99px;min-height:44px;padding:.3rem 1rem;text-decoration:none;display:inline-flex;align-items:center;gap:.4rem}
.file{display:block;width:100%;margin-top:.5rem;font:inherit;font-size:.9rem;color:var(--ink-2);border:1.5px dashed var(--control);border-radius:var(--r-m);background:var(--surface-2);padding:.6rem}
.file::file-selector-button{font:700 1rem/1.3 var(--sans);color:var(--brand);background:var(--brand-soft);border:0;border-radius:var(--r-s);min-height:3rem;padding:.4rem 1rem;margin-right:.85rem}
.pick{display:grid;gap:.6rem;margin-top:.9rem}
.pick label{display:grid;grid-template-columns:1.6rem 1fr;gap:0 .7rem;background:var(--surface);border:1.5px solid var(--line);border-radius:var(--r-m);padding:.8rem .85rem;font-weight:400;cursor:pointer}
.pick input{appearance:none;width:1.5rem;height:1.5rem;margin:.08rem 0 0;border:2px solid var(--control);border-radius:50%;background:var(--surface);grid-row:span 2}
.pick input:checked{border:.46rem solid var(--brand)}
.pick b{font-weight:700}.pick span{color:var(--ink-2);font-size:.92rem;line-height:1.6;grid-column:2}
.pick label:has(:checked){border-color:var(--brand);background:var(--brand-soft)}
.pick label:has(:checked) span{color:var(--ink)}
.who:not(:has(#who:checked,#secret:checked))~.contact{display:none}
.tick{display:grid;grid-template-columns:1.6rem 1fr;gap:0 .7rem;font-weight:400;margin-top:1rem}
.tick input{appearance:none;width:1.6rem;height:1.6rem;margin:.05rem 0 0;border:2px solid var(--control);border-radius:var(--r-s);background:var(--surface);display:grid;place-items:center}
.tick input:checked{background:var(--brand);border-color:var(--brand)}
.tick input:checked::after{content:"";width:.42rem;height:.8rem;border:solid var(--on-brand);border-width:0 .2rem .2rem 0;transform:translateY(-.08rem) rotate(42deg)}
details{margin-top:.9rem;border-left:.22rem solid var(--line);padding-left:.85rem}
summary{color:var(--brand);cursor:pointer;min-height:44px;display:flex;align-items:center;text-decoration:underline;text-underline-offset:.22em}
details ul{padding-left:1.1rem;color:var(--ink-2);font-size:.92rem}
.go{display:flex;align-items:center;justify-content:center;width:100%;font:700 1.08rem/1.3 var(--sans);color:var(--on-brand);background:var(--brand);border:0;border-radius:var(--r-m);min-height:3.4rem;padding:.7rem 1.4rem;text-align:center;text-decoration:none;cursor:pointer;margin-top:1.4rem}
.go:hover{background:var(--brand-press)}
.note{font-size:.88rem;color:var(--ink-2);margin-top:.55rem;text-align:center}
/* error states */
.errs{border:2px solid var(--danger);border-radius:var(--r-m);background:var(--danger-soft);padding:var(--s4);margin-bottom:var(--s5)}
.errs h2{color:var(--danger)}.errs ul{list-style:none;margin-top:.3rem}.errs a{color:var(--danger);font-weight:700;display:inline-block;padding:.35rem 0}
.bad{border-left:.3rem solid var(--danger);padding-left:.8rem}
.bad .in{border-color:var(--danger);border-width:2px}
.msg{color:var(--danger);font-weight:700;font-size:.95rem;margin-top:.3rem}
/* side */
.side{display:grid;gap:var(--s5);align-content:start}
.card{background:var(--surface);border:1px solid var(--line);border-radius:var(--r-l);padding:1.15rem 1.2rem}
.card h2{margin-bottom:.35rem}
.card .big{font:700 1.9rem/1.2 var(--sans);letter-spacing:.03em;color:var(--brand);text-decoration:none;display:inline-block;min-height:44px;padding-block:.2rem}
/* journey */
.trip{list-style:none;margin-top:.7rem}
.trip li{position:relative;padding:0 0 1.15rem 2.1rem;line-height:1.5}
.trip li::before{content:"";position:absolute;left:.5rem;top:.75rem;bottom:-.75rem;width:.22rem;background:var(--line)}
.trip li::after{content:"";position:absolute;left:0;top:.18rem;width:1.2rem;height:1.2rem;border-radius:50%;background:var(--surface);border:.2rem solid var(--control)}
.trip li:last-child{padding-bottom:0}.trip li:last-child::before{display:none}
.trip .done::before{background:var(--brand)}.trip .done::after{background:var(--brand);border-color:var(--brand)}
.trip .now::after{background:var(--lamp);border-color:var(--ink);box-shadow:0 0 0 .32rem var(--lamp-soft)}
.trip b{display:block}.trip span{display:block;color:var(--ink-2);font-size:.92rem}
/* receipt ticket */
.ticket{background:var(--surface);border-radius:var(--r-l);border:1px solid var(--line);overflow:hidden;container-type:inline-size}
.ticket .head{background:var(--night);color:var(--on-night);padding:1.3rem 1.25rem 1.35rem}
.ticket .head p{color:var(--on-night-2);margin-top:.35rem}
.codes{display:grid}
.code{padding:1.05rem 1.25rem 1rem}
.code+.code{border-top:2px dashed var(--line);position:relative}
.code+.code::before,.code+.code::after{content:"";position:absolute;top:-.62rem;width:1.15rem;height:1.15rem;border-radius:50%;background:var(--bg);border:1px solid var(--line)}
.code+.code::before{left:-.68rem}.code+.code::after{right:-.68rem}
.code dt{color:var(--ink-2);font-size:.92rem}
.code dd{font:700 min(1.72rem,7.4vw)/1.3 var(--sans);letter-spacing:.03em;font-variant-numeric:tabular-nums}
.code dd.q{color:var(--brand);font-size:min(2.05rem,9.5vw);letter-spacing:.07em}
.keep{background:var(--lamp-soft);padding:.75rem 1.25rem;font-size:.95rem;line-height:1.6;margin-bottom:1.1rem}
.keep b{font-weight:700}
.code p{font:400 .9rem/1.6 var(--sans);letter-spacing:0;color:var(--ink-2);margin-top:.15rem}
.acts{display:grid;gap:.6rem;padding:0 1.25rem 1.3rem}
/* side by side only where the ticket itself is wide, and broken after a dash where letters are: the code is shown once */
@container (min-width:34em){
  .codes{grid-template-columns:1.3fr 1fr}.code dd{font-size:1.55rem}.code dd.q{font-size:1.72rem}
  .code+.code{border-top:0;border-left:2px dashed var(--line)}
  .code+.code::before{left:-.64rem;top:-.64rem}.code+.code::after{left:-.64rem;right:auto;top:auto;bottom:-.64rem}
}
@media (max-width:22.4em){html.large .code{padding-inline:.6rem}} /* the number stands on one line of the smallest phone */
.acts .go{margin:0}
.acts .ghost{justify-content:center;border-radius:var(--r-m);min-height:3rem}
.sum{display:grid;grid-template-columns:auto 1fr;gap:.5rem 1rem;font-size:.95rem;margin-top:.3rem}
.sum dt{color:var(--ink-2);white-space:nowrap}
.own{display:inline-block}
.end{margin-left:auto}
.hp{position:absolute;left:-99em;width:1px;height:1px;overflow:hidden}
.ghost,.go{cursor:pointer}
.warn{background:var(--lamp-soft);border-left:.3rem solid var(--warn);border-radius:var(--r-s);padding:.75rem 1rem;margin-top:1rem}
.warn .ghost{margin-top:.55rem;background:var(--surface)}
.warn ul{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.5rem}
.rows{margin-top:var(--s5);background:var(--surface);border:1px solid var(--line);border-radius:var(--r-l)}
.rows>div{display:grid;grid-template-columns:1fr auto;gap:.1rem 1rem;padding:.85rem 1.2rem;align-items:start}
.rows>div+div{border-top:1px solid var(--line)}
.rows dt{color:var(--ink-2);font-size:.92rem;align-self:center}
.rows dd{grid-column:1/-1;white-space:pre-wrap}
.rows dd.act{grid-column:2;grid-row:1}
.plain{font:inherit;font-size:.95rem;background:none;border:0;color:var(--brand);text-decoration:underline;text-underline-offset:.22em;min-height:44px;min-width:44px;cursor:pointer;padding:0 .3rem}
.kept{list-style:none;margin-top:.5rem}
.kept li{display:flex;gap:.8rem;align-items:center;justify-content:space-between;border-bottom:1px solid var(--line)}
.sent{margin:0 0 var(--s5)}
.block{margin-top:var(--s6)}
.block h2+p,.block h2+.card{margin-top:.4rem}
.said{white-space:pre-wrap}
.small{color:var(--ink-2);font-size:.92rem}
.terms dt{font-weight:700;margin-top:1.1rem}.terms dd{margin-top:.15rem}
html.large .tools button,html.large .plain,html.large .ghost,html.large summary,html.large footer a{min-height:60px}
footer{background:var(--night);color:var(--on-night-2);font-size:.85rem}
footer .wrap{padding-block:1.3rem 1.6rem;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem}
footer a{color:var(--on-night);min-height:44px;display:inline-flex;align-items:center}
@media (min-width:48em){
  .wrap{padding-inline:2rem}
  .sos .wrap{display:flex;align-items:center;gap:1.5rem;justify-content:space-between}
  .sos p{margin:0;text-wrap:balance}.sos ul{grid-template-columns:repeat(4,5.6rem);flex:none}
  .page{padding-block:var(--s6) 4rem}
  h1{font-size:2.15rem}
  .go{width:auto;min-width:16rem}.note{text-align:left}
  .acts{display:flex;flex-wrap:wrap}
  .keep{padding-inline:1.6rem;margin-bottom:1.25rem}
  .ticket .head{padding:1.7rem 1.6rem}.code{padding:1.3rem 1.6rem}.acts{padding-inline:1.6rem}
}
@media (min-width:64em){
  .page{grid-template-columns:minmax(0,38rem) minmax(16rem,21rem);gap:4.5rem;justify-content:space-between}
  .side{position:sticky;top:1.5rem;align-self:start}
}
@media (prefers-reduced-motion:no-preference){.go,.in,.pick label{transition:border-color .12s,background-color .12s}}
@media print{.top .tools,.sos,.acts,footer,.side{display:none}body{background:#fff;color:#000}}
@media (forced-colors:active){.stop::after,.trip li::after{border:2px solid CanvasText}.pick input:checked{border-color:Highlight}}
`;
