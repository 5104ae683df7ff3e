/**
 * The script of the page: pans and zooms the diagram by mouse, touch, buttons and keyboard, and opens every step for
 * printing. It runs in the browser unchanged, so it is plain JavaScript.
 */
export const pageScript = `
(() => {
  const view = document.querySelector('.view');
  const svg = view && view.querySelector('svg');
  if (svg) {
    const whole = svg.getAttribute('viewBox').split(' ').map(Number);
    let box = whole.slice();
    const show = () => svg.setAttribute('viewBox', box.join(' '));
    const zoom = (factor, x = 0.5, y = 0.5) => {
      const width = Math.min(Math.max(box[2] * factor, whole[2] / 40), whole[2] * 2);
      const real = width / box[2];
      box = [box[0] + box[2] * x * (1 - real), box[1] + box[3] * y * (1 - real), width, box[3] * real];
      show();
    };
    const move = (x, y) => { box[0] += x; box[1] += y; show(); };
    const scale = () => Math.max(box[2] / svg.clientWidth, box[3] / svg.clientHeight);
    const acts = { in: () => zoom(0.8), out: () => zoom(1.25), whole: () => { box = whole.slice(); show(); } };
    for (const button of document.querySelectorAll('[data-zoom]')) {
      button.addEventListener('click', () => acts[button.dataset.zoom]());
    }
    view.addEventListener('wheel', (event) => {
      event.preventDefault();
      const place = svg.getBoundingClientRect();
      zoom(event.deltaY > 0 ? 1.1 : 0.9, (event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height);
    }, { passive: false });
    const held = new Map();
    view.addEventListener('pointerdown', (event) => { held.set(event.pointerId, event); view.setPointerCapture(event.pointerId); });
    const drop = (event) => held.delete(event.pointerId);
    view.addEventListener('pointerup', drop);
    view.addEventListener('pointercancel', drop);
    view.addEventListener('pointermove', (event) => {
      const before = held.get(event.pointerId);
      if (!before) return;
      if (held.size === 1) move((before.clientX - event.clientX) * scale(), (before.clientY - event.clientY) * scale());
      else {
        const other = [...held.values()].find((one) => one.pointerId !== event.pointerId);
        const far = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
        zoom(far(before) / far(event));
      }
      held.set(event.pointerId, event);
    });
    const keys = { '+': acts.in, '-': acts.out, 0: acts.whole, ArrowLeft: () => move(-box[2] / 10, 0), ArrowRight: () => move(box[2] / 10, 0),
      ArrowUp: () => move(0, -box[3] / 10), ArrowDown: () => move(0, box[3] / 10) };
    view.addEventListener('keydown', (event) => {
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });
    window.addEventListener('beforeprint', acts.whole);
  }
  window.addEventListener('beforeprint', () => { for (const one of document.querySelectorAll('details')) one.open = true; });
})();
`;
