// Light or dark, and when it changes.

/** The page is dark by the book's theme, or by JupyterLab's. */
export function isDark() {
  return document.documentElement.dataset.theme === "dark" || document.body.dataset.jpThemeLight === "false";
}

/** Call back whenever the reader switches the theme.
 * @param {() => void} changed @returns {() => void} stop */
export function watchTheme(changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => observer.disconnect();
}
