// Script: small comforts on top of pages that work without it: characters left, position, copy, draft, focus, double click.

export const SCRIPT = `
(function () {
  'use strict';
  var d = document;
  var by = function (id) { return d.getElementById(id); };
  var store = function (work) { try { return work(window.sessionStorage); } catch (e) { return null; } };
  var fill = function (text, n) { return text.replace('{n}', n); };

  var errs = by('errs');
  if (errs) errs.focus();

  var what = by('content'), left = by('left');
  if (what && left) {
    var count = function () {
      var n = 2000 - Array.from(what.value.trim()).length;
      left.hidden = n > 500;
      left.textContent = fill(n < 0 ? left.dataset.over : left.dataset.left, Math.abs(n));
    };
    what.addEventListener('input', count);
    count();
  }

  var names = ['content', 'address', 'occurredAt'];
  var form = by('f');
  if (form && what) {
    var old = store(function (s) { return JSON.parse(s.getItem('draft')); });
    if (old && form.dataset.fresh === '1' && names.every(function (n) { return !by(n).value; })) {
      names.forEach(function (n) { if (typeof old[n] === 'string') by(n).value = old[n]; });
      if (count) count();
    }
    form.addEventListener('input', function () {
      var now = {};
      names.forEach(function (n) { now[n] = by(n).value; });
      store(function (s) { s.setItem('draft', JSON.stringify(now)); });
    });
  }
  if (d.body.dataset.page === 'receipt') store(function (s) { s.removeItem('draft'); });

  var geo = by('geo'), where = by('geo-value'), told = by('geo-told'), drop = by('geo-drop');
  if (geo && 'geolocation' in navigator && window.isSecureContext) {
    var show = function () {
      var on = where.value !== '';
      geo.hidden = on;
      drop.hidden = !on;
      told.textContent = on ? fill(geo.dataset.done, where.value.split(',')[2]) : '';
    };
    geo.addEventListener('click', function () {
      told.textContent = geo.dataset.asking;
      navigator.geolocation.getCurrentPosition(function (p) {
        var c = p.coords;
        where.value = [c.latitude.toFixed(6), c.longitude.toFixed(6), Math.min(999999, Math.ceil(c.accuracy))].join(',');
        show();
        drop.focus();
      }, function () { told.textContent = geo.dataset.failed; }, { enableHighAccuracy: true, timeout: 15000 });
    });
    drop.addEventListener('click', function () { where.value = ''; show(); geo.focus(); });
    show();
  }

  var copy = by('copy');
  if (copy) {
    copy.hidden = false;
    copy.addEventListener('click', function () {
      var done = function () { copy.textContent = copy.dataset.done; };
      if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(copy.dataset.code).then(done, pick); }
      else pick();
      function pick() {
        var r = d.createRange();
        r.selectNodeContents(by('code'));
        var s = window.getSelection();
        s.removeAllRanges();
        s.addRange(r);
        if (d.execCommand('copy')) done();
      }
    });
  }

  var sent = false;
  d.addEventListener('submit', function (e) {
    if (sent) { e.preventDefault(); return; }
    sent = true;
    setTimeout(function () { sent = false; }, 4000);
  });
  window.addEventListener('pageshow', function () { sent = false; });
})();
`;
