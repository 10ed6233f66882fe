/* What a test looks at in a page. Evaluated by the browser's driver, so the page's own policy is not loosened. */
(() => {
  const scrolls = (box) => ['auto', 'scroll'].includes(getComputedStyle(box).overflowX);
  const inScroller = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (scrolls(box)) return true;
    }
    return false;
  };
  const name = (element) => {
    const words = (element.getAttribute('aria-label') || element.textContent || element.name || '').trim();
    const kind = element.className && element.className.baseVal === undefined ? '.' + [...element.classList].join('.') : '';
    return `${element.tagName.toLowerCase()}${kind} "${words.replace(/\s+/g, ' ').slice(0, 50)}"`;
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility === 'visible';
  };

  /* Pieces that stick out at the right, when the page as a whole can be scrolled sideways. */
  const tooWide = () => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const out = [...document.body.querySelectorAll('*')].filter(
      (element) => shown(element) && element.getBoundingClientRect().right > root.clientWidth + 1 && !inScroller(element));
    return [`${root.scrollWidth} px in ${root.clientWidth}`, ...out.slice(-4).map(name)];
  };

  /* Texts that are cut off: more inside than the box shows, in a box that neither scrolls nor is meant to hide. */
  const cutOff = () => [...document.body.querySelectorAll('*')].filter((element) => {
    const style = getComputedStyle(element);
    if (!shown(element) || element.closest('.visually-hidden, .skip, svg, select, [data-clip]')) return false;
    if (style.overflowX === 'visible' && style.overflowY === 'visible' || style.clip !== 'auto') return false;
    const wide = style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 2;
    const high = style.overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 2;
    return (wide || high) && element.textContent.trim() !== '';
  }).map((box) => `${name(box)} cuts ${[...box.querySelectorAll('*')].filter((part) => shown(part) && !inScroller(part)
    && part.getBoundingClientRect().right > box.getBoundingClientRect().right + 1).slice(-3).map(name).join(', ')}`);

  /* WCAG 1.4.12: the spacing that a reader may set. */
  const space = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  };
  const unspace = () => { document.adoptedStyleSheets = []; };

  const outlined = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== 'none';
  };

  /* Where the keyboard is: who, whether that can be seen, what lies on top of it, and whether it has stops inside. */
  const focus = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    if (!element.dataset.walked) element.dataset.walked = String(++focus.count);
    const marks = [element, ...(element.labels || []), element.parentElement, element.nextElementSibling].filter(Boolean);
    const problems = [];
    if (!marks.some(outlined)) problems.push('focus cannot be seen');
    const box = [...element.getClientRects()].find((rect) => rect.width > 0 && rect.height > 0);
    if (box) {
      const middle = (from, size, most) => (Math.max(from, 0) + Math.min(from + size, most)) / 2;
      const x = middle(box.x, box.width, innerWidth), y = middle(box.y, box.height, innerHeight);
      const hit = document.elementFromPoint(x, y);
      const mine = hit && (element.contains(hit) || hit.contains(element) || [...(element.labels || [])].some(
        (label) => label.contains(hit) || hit.contains(label)));
      if (!hit) problems.push(`outside the window at ${Math.round(x)},${Math.round(y)}`);
      else if (!mine) problems.push(`covered by ${name(hit)}`);
    }
    const parts = ['date', 'time', 'datetime-local', 'month'].includes(element.type);
    return { id: element.dataset.walked, who: name(element), problems, parts };
  };
  focus.count = 0;
  window.looking = { tooWide, cutOff, space, unspace, focus };
})();
