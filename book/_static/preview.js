// Shows the title of a link with a preview beside it, by Bootstrap's tooltips, which the theme brings along: under a
// mouse or when the keyboard reaches the link; a touch just follows it. Escape closes it, and it stays as long as the
// mouse rests on it. Without this script the browser shows the title by itself.
(() => {
  const GRACE = 150; // milliseconds to get from the link to the preview
  let shown = null;
  let leaving = 0;

  const hide = () => {
    clearTimeout(leaving);
    shown?.hide();
    shown = null;
  };
  const show = (link) => {
    const preview = window.bootstrap.Tooltip.getOrCreateInstance(link, {
      trigger: "manual",
      animation: false, // a preview that is fading cannot be shown again
      html: false,
      container: "body",
      customClass: "link-preview",
    });
    clearTimeout(leaving);
    if (preview === shown) return;
    hide();
    shown = preview;
    preview.show();
  };
  const linkOf = (node) => node.closest?.("a.preview");

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    if (linkOf(target)) show(linkOf(target));
    else if (target.closest?.(".link-preview")) clearTimeout(leaving);
    else if (shown) {
      clearTimeout(leaving);
      leaving = setTimeout(hide, GRACE);
    }
  });
  document.addEventListener("focusin", ({ target }) => {
    if (linkOf(target) && target.matches(":focus-visible")) show(target);
    else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
})();
