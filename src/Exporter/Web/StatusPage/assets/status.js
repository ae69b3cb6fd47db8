// Refreshes the page in place. Everything works without this file; it only spares the reader a reload.
'use strict';
(() => {
  const everyMs = 5000;
  let busy = false;

  const states = () => new Map([...document.querySelectorAll('.bot')].map(bot => [bot.dataset.bot, bot.dataset.state]));

  // What a person opened or closed stays so.
  function keepOpen(before, after) {
    for (const details of after.querySelectorAll('details[id]')) {
      const old = before.querySelector('#' + CSS.escape(details.id));
      if (old) details.open = old.open;
    }
  }

  function replace(id, next) {
    const before = document.getElementById(id);
    const after = next.getElementById(id);
    if (!before || !after || before.contains(document.activeElement) && document.activeElement.matches('input')) return;
    keepOpen(before, after);
    if (before.innerHTML === after.innerHTML) return;
    const focused = before.contains(document.activeElement) ? document.activeElement.closest('[id]') : null;
    before.replaceWith(document.adoptNode(after));
    if (focused) {
      const target = document.getElementById(focused.id);
      (target?.querySelector('summary, button, a') ?? target)?.focus({ preventScroll: true });
    }
  }

  function filter() {
    const wanted = (document.getElementById('filter')?.value ?? '').toLowerCase();
    for (const bot of document.querySelectorAll('.bot')) bot.hidden = !bot.dataset.bot.toLowerCase().includes(wanted);
  }

  async function refresh() {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch('/', { headers: { Accept: 'text/html' }, cache: 'no-store' });
      if (!answer.ok) throw new Error(`the exporter answered ${answer.status}`);
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const before = states();
      for (const id of ['bots', 'path', 'counts', 'as-of']) replace(id, next);
      document.title = next.title;
      filter();
      const changed = [...states()].filter(([bot, state]) => before.get(bot) !== state).map(([bot, state]) => `${bot} is now ${state}`);
      if (changed.length) document.getElementById('announce').textContent = changed.join('. ');
    } catch (error) {
      document.getElementById('announce').textContent = `This page is not fresh: ${error.message}.`;
      document.title = 'Exporter does not answer';
    } finally {
      busy = false;
    }
  }

  document.getElementById('filter')?.addEventListener('input', filter);
  document.addEventListener('submit', event => {
    const question = event.target.dataset.confirm;
    if (question && event.submitter?.value !== 'dry-run' && !window.confirm(question)) event.preventDefault();
  });
  document.addEventListener('visibilitychange', refresh);
  setInterval(refresh, everyMs);
})();
