// Loaded before the first paint, so that a dark page never flashes white. No module: modules run too late.
(() => {
  const stored = () => {
    try {
      return localStorage.getItem("earmark-theme") || "auto";
    } catch {
      return "auto"; // storage may be forbidden
    }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wish = stored();
    const theme = wish === "auto" ? (dark.matches ? "dark" : "light") : wish;
    document.documentElement.dataset.bsTheme = theme;
    document.documentElement.dataset.theme = wish;
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("earmark:theme", apply);
})();
