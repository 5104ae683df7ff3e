/** The style of the page. Text has a contrast of at least 4.5 to 1 in both themes. */
export const pageStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --card: #f6f8fa;
  --link: #0550ae; --done: #1a7f37; --already: #0969da; --skipped: #57606a; --failed: #b3202a; --stopped: #7d4e00;
  --schema-0: #cfe3ff; --schema-1: #d7f0d4; --schema-2: #fbe3c0; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --soft: #9ba4ae; --line: #30363d;
  --card: #161b22; --link: #6cb6ff; --done: #3fb950; --already: #58a6ff; --skipped: #9ba4ae; --failed: #ff7b72; --stopped: #d29922;
  --schema-0: #163a66; --schema-1: #1c4527; --schema-2: #533a12; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin-top: 2rem; border-bottom: 1px solid var(--line); } h3 { margin-bottom: .3rem; }
a { color: var(--link); } p { margin: .4rem 0; }
.outcome { font-size: 1.2rem; font-weight: 600; } .soft { color: var(--soft); }
.done { color: var(--done); } .already { color: var(--already); } .skipped { color: var(--skipped); }
.failed { color: var(--failed); } .stopped { color: var(--stopped); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .5rem; margin: 0; }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .4rem .7rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-weight: 600; }
.timeline { list-style: none; margin: 0; padding: 0; }
.timeline li { display: grid; grid-template-columns: 13rem 1fr 5rem; gap: .5rem; align-items: center; }
.timeline .problem { display: block; padding: 0 0 .3rem 1rem; font-size: .9rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem .8rem .2rem 0; font-weight: normal; white-space: nowrap; } thead th { color: var(--soft); } code { font-size: .85rem; }
.track { position: relative; height: .8rem; background: var(--card); border: 1px solid var(--line); border-radius: 3px; }
.bar { position: absolute; top: 0; bottom: 0; background: currentColor; border-radius: 2px; }
.time { text-align: right; font-variant-numeric: tabular-nums; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; background: var(--card); }
summary { padding: .4rem .7rem; cursor: pointer; } details > div { padding: 0 .7rem .6rem; }
summary b { font-variant-numeric: tabular-nums; } ul { margin: .2rem 0; padding-left: 1.2rem; } pre { margin: .2rem 0; white-space: pre-wrap; }
.view { overflow: hidden; border: 1px solid var(--line); border-radius: 6px; background: var(--card); height: 32rem; touch-action: none; }
.er { width: 100%; height: 100%; display: block; cursor: grab; }
.er rect { fill: var(--back); stroke: var(--line); } .er .head { stroke: none; }
.er .schema-0 { fill: var(--schema-0); } .er .schema-1 { fill: var(--schema-1); } .er .schema-2 { fill: var(--schema-2); } .er .schema-3 { fill: var(--line); }
.er text { fill: var(--text); font: 13px system-ui, sans-serif; } .er .name { font-weight: 600; } .er .keys { text-anchor: end; fill: var(--soft); }
.er path { fill: none; stroke: var(--soft); stroke-width: 1.2; } .er .across { stroke-dasharray: 6 4; stroke: var(--link); } .er .end { fill: var(--soft); stroke: none; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; color: var(--soft); } .legend .swatch { width: 1.6rem; height: .8rem; display: inline-block; cursor: auto; }
button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .8rem; margin: 0 .3rem .4rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (max-width: 40rem) { .timeline li { grid-template-columns: 1fr auto; } .track { grid-column: 1 / -1; grid-row: 2; } .view { height: 22rem; } }
@media print { :root { color-scheme: light; --back: #fff; --text: #000; --soft: #444; --card: #fff; --line: #999; }
  button { display: none; } .view { height: auto; } details, .timeline li { break-inside: avoid; } .bar { print-color-adjust: exact; } }
`;
