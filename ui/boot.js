// Starts the window's program; says so in plain words if that fails, since nothing else could.
import init from "./hakim-ui.js";

init({ module_or_path: "./hakim-ui_bg.wasm" }).catch((cause) => {
  const box = document.createElement("main");
  box.className = "boot-failure card";
  box.innerHTML = "<h1>Hakim could not start its window</h1><p>Your records are untouched. Install Hakim again, or run <code>cargo xtask run</code>.</p>"
    + '<h1 lang="ur" dir="rtl">حکیم کی ونڈو شروع نہیں ہو سکی</h1><p lang="ur" dir="rtl">آپ کا ریکارڈ محفوظ ہے۔ حکیم دوبارہ انسٹال کریں۔</p><pre></pre>';
  box.querySelector("pre").textContent = String(cause);
  document.body.append(box);
});
