// What a page needs beside the framework's script. No inline scripts: the content security policy forbids them.
(() => {
  'use strict';

  // One open menu at a time; a click elsewhere or Escape closes it, and Escape gives the focus back. So does what is chosen in a
  // menu of actions: a dialog that it opens gives the focus back to the menu later.
  document.addEventListener('click', event => {
    for (const menu of document.querySelectorAll('details.popover[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
      else if (menu.matches('.action-menu') && event.target.closest('.choices a, .choices button')) {
        menu.open = false;
        menu.querySelector('summary').focus();
      }
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    for (const menu of document.querySelectorAll('details.popover[open]')) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    }
  });

  // The button beside a log copies it. Done here, because a browser lets a page write to the clipboard only right after a click.
  document.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    const text = source.dataset.copyText ?? source.innerText;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not a secure origin: the old way works everywhere.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    const label = button.querySelector('[data-copy-label]');
    if (!label) return;
    const before = label.textContent;
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 2000);
  });

  // When the server has forgotten this page (a restart, a long sleep), the page is loaded anew as soon as the server answers.
  const notice = document.getElementById('components-reconnect-modal');
  const isGone = () => notice.classList.contains('components-reconnect-rejected');
  const isLost = () => isGone() || notice.classList.contains('components-reconnect-failed');
  let watching = false;

  async function answers() {
    try {
      return (await fetch('/healthz', { cache: 'no-store' })).status < 500;
    } catch {
      return false;
    }
  }

  async function comeBack() {
    if (watching) return;
    watching = true;
    while (isLost()) {
      if (await answers()) {
        location.reload();
        return;
      }
      await new Promise(done => setTimeout(done, 2000));
    }
    watching = false;
  }

  if (notice) {
    new MutationObserver(() => { if (isLost()) comeBack(); }).observe(notice, { attributes: true, attributeFilter: ['class'] });
  }
  document.addEventListener('click', event => {
    if (event.target.closest('[data-reload], [data-reconnect]')) location.reload();
  });
})();
