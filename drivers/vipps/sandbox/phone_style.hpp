#pragma once
// How the phone page looks: one style sheet, light and dark, from a small phone to a desk.

#include <string_view>

namespace qrvend::vipps::sandbox {

inline constexpr std::string_view phone_style = R"css(
:root {
  color-scheme: light dark;
  --page: #eceff4; --sheet: #ffffff; --ink: #16202e; --soft: #5a6676; --line: #dde3ea;
  --accent: #0b5fa5; --accent-ink: #ffffff; --good: #1a7f4b; --bad: #b3261e; --warn: #7a4d00; --warn-page: #fff3d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d131b; --sheet: #18212d; --ink: #eef2f7; --soft: #a3afbf; --line: #2c3847;
    --accent: #6db6f5; --accent-ink: #06233d; --good: #58c98d; --bad: #ff8a80; --warn: #ffd58a; --warn-page: #3a2e12;
  }
}
* { box-sizing: border-box; }
html, body { margin: 0; min-height: 100%; }
body {
  font: 17px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  background: var(--page); color: var(--ink);
  display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh;
}
.banner {
  padding: 12px 20px; padding-top: max(12px, env(safe-area-inset-top)); text-align: center;
  background: var(--warn-page); color: var(--warn); font-size: 14px;
}
.banner b { display: block; font-size: 15px; }
main { flex: 1; display: flex; align-items: flex-end; justify-content: center; }
.sheet {
  width: 100%; max-width: 460px; background: var(--sheet); border-radius: 24px 24px 0 0;
  padding: 28px 24px max(28px, env(safe-area-inset-bottom)); box-shadow: 0 -6px 30px rgb(0 0 0 / 12%);
}
@media (min-width: 560px) and (min-height: 640px) {
  main { align-items: center; padding: 32px; }
  .sheet { border-radius: 24px; box-shadow: 0 10px 40px rgb(0 0 0 / 14%); padding: 36px 36px 32px; }
}
.label { margin: 0; color: var(--soft); font-size: 15px; text-align: center; }
h1 { margin: 2px 0 0; font-size: 22px; line-height: 1.25; text-align: center; overflow-wrap: anywhere; }
.amount { margin: 14px 0 6px; font-size: clamp(32px, 11.5vw, 46px); font-weight: 700; line-height: 1.1; text-align: center;
  font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.note { margin: 0 0 20px; color: var(--soft); text-align: center; overflow-wrap: anywhere; }
.lines { list-style: none; margin: 0 0 20px; padding: 4px 0; border-block: 1px solid var(--line); }
.lines li { display: flex; gap: 16px; justify-content: space-between; padding: 10px 0; }
.lines span:first-child { overflow-wrap: anywhere; min-width: 0; }
.lines span:last-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.lines .total { border-top: 1px solid var(--line); font-weight: 650; }
.alert { margin: 0 0 16px; padding: 14px 16px; border-radius: 14px; background: var(--warn-page); color: var(--warn); }
form .note { margin-bottom: 4px; }
.age { display: flex; align-items: center; gap: 12px; min-height: 48px; margin: 0 0 12px; color: var(--soft);
  font-size: 15px; cursor: pointer; }
.age input { width: 24px; height: 24px; flex: none; accent-color: var(--accent); }
button { width: 100%; min-height: 58px; border-radius: 16px; font: inherit; font-size: 19px; font-weight: 650;
  cursor: pointer; }
button:focus-visible, .age input:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.approve { border: 0; background: var(--accent); color: var(--accent-ink); }
.reject { margin-top: 12px; border: 2px solid var(--line); background: none; color: var(--bad); }
.icon { width: 84px; height: 84px; margin: 4px auto 18px; display: block; }
.icon circle { fill: currentColor; }
.icon path { fill: none; stroke: var(--sheet); stroke-width: 6; stroke-linecap: round; stroke-linejoin: round; }
.good { color: var(--good); } .bad { color: var(--bad); } .wait { color: var(--accent); }
.status { margin: 6px 0 0; color: var(--soft); text-align: center; }
.small { margin: 22px 0 0; color: var(--soft); font-size: 13px; text-align: center; overflow-wrap: anywhere; }
)css";

}  // namespace qrvend::vipps::sandbox
