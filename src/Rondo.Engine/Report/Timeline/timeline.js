'use strict';
// The page of a recorded run. Its data is in this file: columns for what is seen at once ('data'), and packed pieces with what is known of each case ('piece-N').
// Whatever came from tests is set as text and never as markup.
(async () => {
  const KINDS = { F: 'failed', T: 'timed out', X: 'fixture failed', C: 'crashed', L: 'lost', K: 'flaky', P: 'passed', S: 'skipped', N: 'not run' };
  const BAD = 'FTXCL';
  const ROW = 28;
  const LANE = 26;
  const LABEL = 76;
  const AXIS = 22;
  const DEEPEST = 10;
  const $ = id => document.getElementById(id);

  // ---- small things

  function make(name, content, attributes) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
    for (const one of Array.isArray(content) ? content : [content]) if (one !== undefined && one !== null) element.append(one);
    return element;
  }

  function number(value) { return value.toLocaleString('en-US'); }

  // Microseconds as people read them.
  function time(us) {
    if (us < 1000) return us <= 0 ? '0 ms' : (us / 1000).toFixed(2) + ' ms';
    if (us < 100000) return (us / 1000).toFixed(1) + ' ms';
    if (us < 1e6) return Math.round(us / 1000) + ' ms';
    if (us < 60e6) return (us / 1e6).toFixed(2) + ' s';
    const seconds = Math.round(us / 1e6);
    return seconds < 3600 ? Math.floor(seconds / 60) + ' min ' + seconds % 60 + ' s' : Math.floor(seconds / 3600) + ' h ' + Math.floor(seconds % 3600 / 60) + ' min';
  }

  async function unpack(id) {
    const text = atob($(id).textContent);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return JSON.parse(await new Response(stream).text());
  }

  function badge(kind) { return make('span', KINDS[kind], { class: 'outcome of-' + kind }); }

  function say(text) { $('said').textContent = text; }

  // ---- data

  let data;
  try {
    data = await unpack('data');
  } catch (error) {
    $('plain').before(make('p', 'This browser cannot unpack the data of this page (it needs DecompressionStream, so a browser of 2023 or later). This is the summary of the run:'));
    return;
  }

  const count = data.name.length;
  const full = i => (data.classes[data.cls[i]] + '.').replace(/^\./, '') + data.name[i];
  const bars = data.bars;
  let words = null;
  // Lower case, once: names, what people see of them, tags and messages.
  function haystack() {
    words ??= Array.from({ length: count }, (_, i) => (full(i) + '\n' + (data.shown[i] ?? '') + '\n' + (data.tags[i] ?? '') + '\n' + (data.msg[i] ?? '')).toLowerCase());
    return words;
  }

  const pieces = new Map();
  async function detailsOf(index) {
    let piece = 0;
    for (let low = 0, high = data.pieces.length - 1; low <= high;) {
      const middle = (low + high) >> 1;
      if (data.pieces[middle] <= index) { piece = middle; low = middle + 1; } else high = middle - 1;
    }
    if (!pieces.has(piece)) {
      if (pieces.size > 8) pieces.delete(pieces.keys().next().value);
      pieces.set(piece, unpack('piece-' + piece));
    }
    return (await pieces.get(piece))[index - data.pieces[piece]];
  }

  // ---- head

  const tally = {};
  for (const kind of data.out) tally[kind] = (tally[kind] ?? 0) + 1;
  $('verdict').textContent = (data.exit === 0 ? 'Passed. ' : data.exit === 8 ? 'No test ran. ' : 'Not passed. ') + data.account + (data.ending ? '. ' + data.ending : '');
  const first = data.runs[0];
  function fact(name, value) { if (value) $('facts').append(make('div', [make('dt', name), make('dd', value)])); }
  fact('Began', first.at ? new Date(first.at).toLocaleString() : '');
  fact('Took', time(data.runs.length === 1 ? first.wall : Math.max(...data.runs.map(r => r.from + r.wall))));
  fact('Workers', String(data.runs.reduce((sum, r) => Math.max(sum, r.workers), 0)));
  fact('Efficiency', data.runs.length === 1 && first.efficiency !== undefined ? Math.round(first.efficiency * 100) + ' %' : '');
  fact('Machine', [...new Set(data.runs.map(r => r.machine).filter(m => m))].join(', '));
  fact('Seed', first.seed === undefined ? '' : String(first.seed));
  fact('Runs shown', data.runs.length > 1 ? String(data.runs.length) : '');
  fact('Exit code', String(data.exit));

  // ---- what is chosen

  let chosen = -1;
  let chosenBar = -1;
  let asked = 0;

  async function choose(index, bar, from) {
    if (index < 0 || index >= count) return;
    chosen = index;
    chosenBar = bar ?? barOf(index);
    if (from !== 'list') {
      const place = placeInList(index);
      if (place >= 0) showRow(place);
    }
    drawRows();
    if (from !== 'canvas') revealBar(chosenBar);
    draw();
    const mine = ++asked;
    const known = await detailsOf(index);
    if (mine === asked) showDetails(index, known);
  }

  function section(parent, title, content) {
    if (!content) return;
    parent.append(make('h4', title), typeof content === 'string' ? make('pre', content, { tabindex: '0' }) : content);
  }

  function phases(known, duration) {
    if (!known.up && !known.down && !known.steps) return null;
    const list = make('ul');
    const body = Math.max(0, duration - (known.up ?? 0) - (known.down ?? 0));
    list.append(make('li', 'setup ' + time(known.up ?? 0) + ', body ' + time(body) + ', teardown ' + time(known.down ?? 0)));
    for (const [fixture, isDown, after, took] of known.steps ?? []) list.append(make('li', (isDown ? 'teardown of ' : 'setup of ') + fixture + ': ' + time(took) + ', ' + time(after) + ' after the start'));
    return list;
  }

  function lines(items) { return items && items.length ? make('ul', items.map(t => make('li', t))) : null; }

  function fill(parent, known, duration) {
    if (known.fixture) parent.append(make('p', 'Fixture: ' + known.fixture));
    section(parent, 'What happened', known.text);
    if (known.parts) {
      parent.append(make('h4', 'Parts'));
      for (const part of known.parts) {
        const one = make('details', make('summary', [badge(part.o), ' ' + part.name + ', ' + time(part.dur)]));
        if (BAD.includes(part.o)) one.open = true;
        section(one, 'What happened', part.text);
        section(one, 'Output', part.stdout);
        section(one, 'Error output', part.stderr);
        parent.append(one);
      }
    }
    section(parent, 'Notes', lines(known.notes));
    section(parent, 'Output', known.stdout);
    section(parent, 'Error output', known.stderr);
    section(parent, 'Times', phases(known, duration));
    section(parent, 'Attachments', lines(known.files));
    section(parent, 'Properties', lines(known.properties));
  }

  function showDetails(index, known) {
    const pane = $('details');
    pane.replaceChildren();
    pane.scrollTop = 0;
    pane.append(make('h3', full(index)));
    const lane = data.lane[index];
    const what = make('p', [badge(data.out[index]), lane >= 0 ? ' on ' + data.lanes[lane].name : '', data.start[index] >= 0 ? ', ' + time(data.dur[index]) + ', began at ' + time(data.start[index]) : '', data.tries[index] ? ', attempt ' + data.tries[index] : '']);
    pane.append(what);
    if (data.shown[index]) pane.append(make('p', 'Shown as: ' + data.shown[index]));
    if (data.tags[index]) pane.append(make('p', 'Tags: ' + data.tags[index], { class: 'quiet' }));
    if (known.file) pane.append(make('p', known.file + ':' + known.line, { class: 'quiet name' }));
    if (chosenBar >= 0) {
      const button = make('button', 'Show in the timeline', { type: 'button' });
      button.addEventListener('click', () => { zoomTo(barOf(index)); $('canvas').focus(); });
      pane.append(button);
    }
    fill(pane, known, data.dur[index]);
    section(pane, 'To run it again', known.again);
    (known.earlier ?? []).forEach((attempt, i) => {
      const one = make('details', make('summary', ['Attempt ' + (i + 1) + ': ', badge(attempt.o), ' on ' + attempt.worker + ', ' + time(attempt.dur)]), { open: '' });
      fill(one, attempt, attempt.dur);
      pane.append(one);
    });
  }

  // ---- list

  let shownCases = new Int32Array(0);
  let places = null;
  const list = $('list');
  const rows = $('rows');

  function placeInList(index) {
    if (!places) {
      places = new Int32Array(count).fill(-1);
      shownCases.forEach((one, place) => { places[one] = place; });
    }
    return places[index];
  }

  const wanted = new Set(Object.keys(KINDS));
  function applyFilter() {
    const terms = $('search').value.toLowerCase().split(/\s+/).filter(t => t);
    const hay = terms.length ? haystack() : null;
    const worker = $('worker').value;
    const found = [];
    for (let i = 0; i < count; i++) {
      if (!wanted.has(data.out[i])) continue;
      if (worker !== '' && data.lane[i] !== Number(worker)) continue;
      if (hay && !terms.every(t => hay[i].includes(t))) continue;
      found.push(i);
    }
    const severity = Object.fromEntries(Object.keys(KINDS).map((kind, place) => [kind, place]));
    const by = {
      bad: (a, b) => severity[data.out[a]] - severity[data.out[b]] || a - b,
      slow: (a, b) => data.dur[b] - data.dur[a] || a - b,
      start: (a, b) => (data.start[a] < 0) - (data.start[b] < 0) || data.start[a] - data.start[b] || a - b,
      name: (a, b) => { const x = full(a), y = full(b); return x < y ? -1 : x > y ? 1 : 0; },
    }[$('order').value];
    if (by) found.sort(by);
    shownCases = Int32Array.from(found);
    places = null;
    rows.style.height = shownCases.length * ROW + 'px';
    $('count').textContent = number(shownCases.length) + ' of ' + number(count) + ' tests';
    list.scrollTop = 0;
    drawRows();
    draw();
  }

  function drawRows() {
    const from = Math.max(0, Math.floor(list.scrollTop / ROW) - 8);
    const until = Math.min(shownCases.length, from + Math.ceil(list.clientHeight / ROW) + 16);
    const made = [];
    for (let place = from; place < until; place++) {
      const i = shownCases[place];
      const row = make('div', [
        make('span', badge(data.out[i]), { class: 'what' }),
        make('span', full(i), { class: 'id', title: full(i) }),
        make('span', data.lane[i] >= 0 ? data.lanes[data.lane[i]].name : '', { class: 'who' }),
        make('span', data.out[i] === 'N' ? '' : time(data.dur[i]), { class: 'took' }),
      ], { role: 'option', id: 'row-' + i, 'aria-posinset': place + 1, 'aria-setsize': shownCases.length, 'aria-selected': i === chosen });
      row.style.top = place * ROW + 'px';
      row.addEventListener('click', () => choose(i, undefined, 'list'));
      made.push(row);
    }
    rows.replaceChildren(...made);
    if (chosen >= 0 && placeInList(chosen) >= from && placeInList(chosen) < until) list.setAttribute('aria-activedescendant', 'row-' + chosen);
    else list.removeAttribute('aria-activedescendant');
  }

  function showRow(place) {
    const top = place * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  }

  list.addEventListener('scroll', drawRows);
  list.addEventListener('keydown', event => {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const here = chosen >= 0 ? placeInList(chosen) : -1;
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: shownCases.length - 1 }[event.key];
    if (event.key === 'Enter' && chosen >= 0) { event.preventDefault(); $('details').focus(); return; }
    if (to === undefined || shownCases.length === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const place = Math.min(shownCases.length - 1, Math.max(0, to));
    showRow(place);
    choose(shownCases[place], undefined, 'list');
  });

  for (const kind of Object.keys(KINDS)) {
    if (!tally[kind]) continue;
    const box = make('input', null, { type: 'checkbox', checked: '', id: 'kind-' + kind });
    box.addEventListener('change', () => { if (box.checked) wanted.add(kind); else wanted.delete(kind); applyFilter(); });
    $('outcomes').append(make('label', [box, badge(kind), ' ' + number(tally[kind])]));
    $('legend').append(make('li', [make('span', null, { class: 'swatch of-' + kind }), KINDS[kind]]));
  }
  for (const [name, text] of [['alive', 'worker idle'], ['starting', 'worker starting'], ['fixture', 'fixture of several tests']]) $('legend').append(make('li', [make('span', null, { class: 'swatch of-' + name }), text]));
  $('legend').append(make('li', 'pale ends of a bar: setup and teardown'), make('li', '✖ worker died'));
  $('worker').append(make('option', 'all', { value: '' }));
  data.lanes.forEach((lane, i) => { if (i < 2000) $('worker').append(make('option', lane.name, { value: String(i) })); });
  let waiting = 0;
  $('search').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(applyFilter, 80); });
  $('filter').addEventListener('submit', event => { event.preventDefault(); clearTimeout(waiting); applyFilter(); });
  for (const id of ['worker', 'order']) $(id).addEventListener('change', applyFilter);

  // ---- timeline: rows of workers that follow each other, bars in each row by start

  const barsOfLane = data.lanes.map(() => []);
  for (let b = 0; b < bars.case.length; b++) barsOfLane[bars.lane[b]].push(b);
  const fixturesOfLane = data.lanes.map(() => []);
  for (const one of bars.fixtures) fixturesOfLane[one.lane].push(one);
  const end = b => bars.start[b] + bars.dur[b];
  let whole = 1;
  for (let b = 0; b < bars.case.length; b++) whole = Math.max(whole, end(b));
  for (const run of data.runs) whole = Math.max(whole, run.from + run.wall);

  function lifeOf(i) {
    const lane = data.lanes[i];
    let from = lane.launched ?? Infinity, until = lane.ended ?? -Infinity;
    for (const b of barsOfLane[i]) { from = Math.min(from, bars.start[b]); until = Math.max(until, end(b)); }
    for (const one of fixturesOfLane[i]) { from = Math.min(from, one.start); until = Math.max(until, one.start + one.dur); }
    if (from === Infinity) from = 0;
    if (lane.ended === undefined) until = Math.max(until, Math.min(whole, data.runs[lane.run].from + data.runs[lane.run].wall));
    return { from, until: Math.max(from, until) };
  }

  const life = data.lanes.map((_, i) => lifeOf(i));
  const tracks = [];
  for (const i of data.lanes.map((_, i) => i).sort((a, b) => data.lanes[a].run - data.lanes[b].run || (data.lanes[a].host ? 1 : 0) - (data.lanes[b].host ? 1 : 0) || life[a].from - life[b].from || a - b)) {
    const lane = data.lanes[i];
    let track = tracks.find(t => t.run === lane.run && t.host === !!lane.host && t.until <= life[i].from);
    if (!track) tracks.push(track = { run: lane.run, host: !!lane.host, lanes: [], until: 0, bars: [] });
    track.lanes.push(i);
    track.until = life[i].until;
  }
  const level = new Uint8Array(bars.case.length);
  const depth = new Uint8Array(bars.case.length).fill(1);
  const trackOf = new Int32Array(bars.case.length);
  const placeOf = new Int32Array(bars.case.length);
  tracks.forEach((track, t) => {
    for (const i of track.lanes) for (const b of barsOfLane[i]) track.bars.push(b);
    track.bars.sort((a, b) => bars.start[a] - bars.start[b] || a - b);
    // Tests that overlap in one worker lie below each other, as thin as that moment wants it. Clocks are coarse: a touch is no overlap.
    let ends = [], group = [];
    const close = () => { for (const b of group) depth[b] = ends.length; };
    track.bars.forEach((b, place) => {
      if (ends.every(until => until <= bars.start[b] + 20)) { close(); ends = []; group = []; }
      let at = ends.findIndex(until => until <= bars.start[b] + 20);
      if (at < 0) at = ends.length < DEEPEST ? ends.length : ends.indexOf(Math.min(...ends));
      ends[at] = at < ends.length ? Math.max(ends[at], end(b)) : end(b);
      group.push(b);
      level[b] = at;
      trackOf[b] = t;
      placeOf[b] = place;
    });
    close();
    track.longest = track.bars.reduce((most, b) => Math.max(most, bars.dur[b]), 0);
  });

  const barOfCase = new Int32Array(count).fill(-1);
  for (let b = 0; b < bars.case.length; b++) barOfCase[bars.case[b]] = b;
  function barOf(index) { return barOfCase[index]; }

  const canvas = $('canvas');
  const holder = $('lanes');
  const pen = canvas.getContext('2d');
  let view = { from: 0, until: whole };
  let colours = {};
  let width = 0, height = 0;

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ['back', 'raised', 'line', 'text', 'quiet', 'focus', 'alive', 'starting', 'fixture', 'grid', 'on-bar', ...Object.keys(KINDS)]) colours[name] = style.getPropertyValue('--' + name).trim();
  }

  function resize() {
    width = holder.clientWidth;
    const wantedHeight = AXIS + tracks.length * LANE + 4;
    height = Math.min(wantedHeight, 412);
    $('lanes-height').style.height = Math.max(0, wantedHeight - height) + 'px';
    const scale = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.round(height * scale);
    canvas.style.height = height + 'px';
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    draw();
    drawRows();
  }

  const x = t => LABEL + (t - view.from) / (view.until - view.from) * (width - LABEL - 6);
  const timeAt = px => view.from + (px - LABEL) / (width - LABEL - 6) * (view.until - view.from);
  const y = track => AXIS + track * LANE - holder.scrollTop;

  // The first bar of a track that can reach the moment.
  function firstBar(track, t) {
    let low = 0, high = track.bars.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (bars.start[track.bars[middle]] < t - track.longest) low = middle + 1; else high = middle;
    }
    return low;
  }

  let planned = 0;
  function draw() {
    if (!planned) planned = requestAnimationFrame(() => { planned = 0; drawNow(); });
  }

  function drawNow() {
    if (width === 0) return;
    pen.fillStyle = colours.back;
    pen.fillRect(0, 0, width, height);
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    const ticks = drawGrid();
    tracks.forEach((track, t) => {
      const top = y(t);
      if (top + LANE < AXIS || top > height) return;
      drawTrack(track, t, top);
    });
    // Over what was scrolled below them.
    pen.fillStyle = colours.back;
    pen.fillRect(0, 0, width, AXIS);
    pen.fillStyle = colours.quiet;
    for (const [px, label] of ticks) pen.fillText(label, px + 3, AXIS / 2);
    pen.strokeStyle = colours.line;
    pen.beginPath();
    pen.moveTo(0, AXIS - .5);
    pen.lineTo(width, AXIS - .5);
    pen.stroke();
    $('window').textContent = time(view.from) + ' to ' + time(view.until);
  }

  function drawGrid() {
    const span = view.until - view.from;
    const rough = span / Math.max(2, (width - LABEL) / 110);
    const unit = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = Math.max(1, [1, 2, 5, 10].map(f => f * unit).find(s => s >= rough));
    const ticks = [];
    pen.strokeStyle = colours.grid;
    pen.beginPath();
    for (let t = Math.ceil(view.from / step) * step; t <= view.until; t += step) {
      const px = Math.round(x(t)) + .5;
      pen.moveTo(px, AXIS);
      pen.lineTo(px, height);
      if (px < width - 44) ticks.push([px, time(t)]);
    }
    pen.stroke();
    return ticks;
  }

  function box(colour, from, until, top, tall) {
    const left = Math.max(LABEL, x(from)), right = Math.min(width, x(until));
    if (right < LABEL || left > width) return;
    pen.fillStyle = colour;
    pen.fillRect(left, top, Math.max(1, right - left), tall);
  }

  function drawTrack(track, t, top) {
    const tall = LANE - 6;
    for (const i of track.lanes) {
      const lane = data.lanes[i];
      box(colours.alive, life[i].from, life[i].until, top + 3, tall);
      if (lane.launched !== undefined) box(colours.starting, lane.launched, lane.ready ?? lane.started ?? life[i].until, top + 3, tall);
      for (const one of fixturesOfLane[i]) box(colours.fixture, one.start, one.start + one.dur, top + 3, tall);
    }
    drawBars(track, top + 3, tall);
    for (const i of track.lanes) {
      const lane = data.lanes[i];
      if (!lane.crashed || lane.ended === undefined) continue;
      const px = x(lane.ended);
      if (px < LABEL || px > width + 6) continue;
      pen.fillStyle = colours.C;
      pen.font = 'bold 14px system-ui, sans-serif';
      pen.fillText('✖', Math.min(px - 5, width - 14), top + LANE / 2);
      pen.font = '12px system-ui, sans-serif';
    }
    pen.fillStyle = colours.back;
    pen.fillRect(0, top, LABEL, LANE);
    pen.fillStyle = colours.text;
    const names = data.lanes[track.lanes[0]].name + (track.lanes.length > 1 ? ' +' + (track.lanes.length - 1) : '');
    pen.fillText(names, 6, top + LANE / 2, LABEL - 10);
  }

  // First what is well, then what is not, so that nothing bad is painted over.
  function drawBars(track, top, tall) {
    drawKind(track, top, tall, false);
    drawKind(track, top, tall, true);
    const b = chosenBar;
    if (b < 0 || tracks[trackOf[b]] !== track || end(b) < view.from || bars.start[b] > view.until) return;
    const each = tall / depth[b];
    const left = Math.max(LABEL, x(bars.start[b])), right = Math.max(left + 1, Math.min(width, x(end(b))));
    pen.strokeStyle = colours.text;
    pen.lineWidth = 2;
    pen.strokeRect(left - 1, top + level[b] * each - 1, Math.max(3, right - left + 1), Math.max(1, each) + 1);
    pen.lineWidth = 1;
  }

  function drawKind(track, top, tall, bad) {
    // The last pixel that has been drawn, on each level: of many bars in one pixel the first is enough.
    const drawn = new Int32Array(DEEPEST).fill(-1);
    const dim = shownCases.length < count;
    for (let place = firstBar(track, view.from); place < track.bars.length; place++) {
      const b = track.bars[place];
      if (bars.start[b] > view.until) break;
      const kind = bars.out[b];
      if (BAD.includes(kind) !== bad || end(b) < view.from) continue;
      const left = Math.max(LABEL, x(bars.start[b])), right = Math.min(width, x(end(b)));
      const faded = dim && placeInList(bars.case[b]) < 0;
      const each = tall / depth[b], barTop = top + level[b] * each, barTall = Math.max(1, each - (depth[b] > 1 ? 1 : 0));
      pen.fillStyle = colours[kind];
      if (right - left < 2) {
        const pixel = Math.floor(left);
        if (pixel <= drawn[level[b]]) continue;
        if (!faded) drawn[level[b]] = pixel;
        pen.globalAlpha = faded ? .25 : 1;
        // Too narrow to be seen apart from its neighbours: what failed takes the lower half.
        if (bad) pen.fillRect(pixel, barTop + barTall / 2, 1, barTall / 2);
        else pen.fillRect(pixel, barTop, 1, barTall);
      } else {
        pen.globalAlpha = faded ? .25 : 1;
        drawWide(b, left, right, barTop, barTall);
      }
      pen.globalAlpha = 1;
    }
  }

  function drawWide(b, left, right, barTop, barTall) {
    const scale = (width - LABEL - 6) / (view.until - view.from), strong = pen.globalAlpha;
    const bodyLeft = Math.min(right, Math.max(left, x(bars.start[b] + Number(bars.up[b] ?? 0))));
    const bodyRight = Math.max(bodyLeft, Math.min(right, x(end(b)) - Number(bars.down[b] ?? 0) * scale));
    if (bodyLeft > left || bodyRight < right) {
      pen.globalAlpha = strong * .45;
      pen.fillRect(left, barTop, right - left, barTall);
      pen.globalAlpha = strong;
    }
    // A line between neighbours.
    pen.fillRect(bodyLeft, barTop, Math.max(1, bodyRight - bodyLeft - (bodyRight === right && right - left > 3 ? 1 : 0)), barTall);
    if (bodyRight - bodyLeft < 48 || barTall < 13) return;
    pen.save();
    pen.beginPath();
    pen.rect(bodyLeft, barTop, bodyRight - bodyLeft - 4, barTall);
    pen.clip();
    pen.fillStyle = colours['on-bar'];
    pen.fillText(data.name[bars.case[b]], bodyLeft + 4, barTop + barTall / 2 + 1);
    pen.restore();
  }

  function setView(from, until) {
    const span = Math.min(whole, Math.max(20, until - from));
    from = Math.min(Math.max(0, from), whole - span);
    view = { from, until: from + span };
    draw();
  }

  function zoom(factor, around) {
    const span = (view.until - view.from) * factor;
    const share = (around - view.from) / (view.until - view.from);
    setView(around - share * span, around + (1 - share) * span);
  }

  function pan(share) {
    const by = (view.until - view.from) * share;
    setView(view.from + by, view.until + by);
  }

  function middle() {
    if (chosenBar >= 0 && bars.start[chosenBar] >= view.from && bars.start[chosenBar] <= view.until) return bars.start[chosenBar] + bars.dur[chosenBar] / 2;
    return (view.from + view.until) / 2;
  }

  function revealTrack(t) {
    const top = t * LANE;
    if (top < holder.scrollTop) holder.scrollTop = top;
    else if (top + LANE + AXIS > holder.scrollTop + height) holder.scrollTop = top + LANE + AXIS - height;
  }

  function revealBar(b) {
    if (b < 0) return;
    revealTrack(trackOf[b]);
    if (bars.start[b] >= view.from && end(b) <= view.until) return;
    const span = Math.max(view.until - view.from, bars.dur[b] * 1.2);
    setView(bars.start[b] + bars.dur[b] / 2 - span / 2, bars.start[b] + bars.dur[b] / 2 + span / 2);
  }

  function zoomTo(b) {
    if (b < 0) return;
    const span = Math.max(1000, bars.dur[b] * 8);
    setView(bars.start[b] + bars.dur[b] / 2 - span / 2, bars.start[b] + bars.dur[b] / 2 + span / 2);
    chosenBar = b;
    revealTrack(trackOf[b]);
  }

  function hit(px, py) {
    const t = Math.floor((py - AXIS + holder.scrollTop) / LANE);
    if (py < AXIS || t < 0 || t >= tracks.length || px < LABEL) return null;
    const track = tracks[t];
    const at = timeAt(px), slack = (view.until - view.from) / (width - LABEL) * 3;
    let best = -1, distance = Infinity, before = -Infinity, after = Infinity;
    for (let place = firstBar(track, at - slack); place < track.bars.length; place++) {
      const b = track.bars[place];
      if (bars.start[b] > at + slack) { after = bars.start[b]; break; }
      before = Math.max(before, Math.min(at, end(b)));
      const away = Math.max(0, bars.start[b] - at, at - end(b)) + (level[b] !== Math.floor((py - y(t) - 3) * depth[b] / (LANE - 6)) && depth[b] > 1 ? slack : 0) - (BAD.includes(bars.out[b]) ? slack / 8 : 0);
      if (away <= slack && away < distance) { best = b; distance = away; }
    }
    return { track: t, bar: best, at, before, after };
  }

  function describe(b) {
    const i = bars.case[b];
    return full(i) + '\n' + KINDS[bars.out[b]] + ', ' + time(bars.dur[b]) + (bars.up[b] || bars.down[b] ? ' (setup ' + time(Number(bars.up[b] ?? 0)) + ', teardown ' + time(Number(bars.down[b] ?? 0)) + ')' : '')
      + ' on ' + data.lanes[bars.lane[b]].name + ' at ' + time(bars.start[b]) + (data.msg[i] && BAD.includes(bars.out[b]) ? '\n' + data.msg[i] : '');
  }

  function describePlace(found) {
    if (found.bar >= 0) return describe(found.bar);
    for (const i of tracks[found.track].lanes) {
      const lane = data.lanes[i];
      if (found.at < life[i].from || found.at > life[i].until) continue;
      for (const one of fixturesOfLane[i]) if (found.at >= one.start && found.at <= one.start + one.dur) return (one.down ? 'teardown of ' : 'setup of ') + one.name + '\n' + time(one.dur) + ' on ' + lane.name;
      if (lane.launched !== undefined && found.at <= (lane.ready ?? lane.started ?? life[i].from)) return lane.name + ' is starting' + (lane.ready ? ', ' + time(lane.ready - lane.launched) : '');
      const from = Math.max(found.before, lane.ready ?? life[i].from), until = Math.min(found.after, life[i].until);
      return lane.name + (lane.pid ? ' (process ' + lane.pid + ')' : '') + '\nidle for ' + time(Math.max(0, until - from)) + (until === lane.ended ? ', then ended: ' + (lane.how || 'in order') + (lane.why ? ' (' + lane.why + ')' : '') : '');
    }
    return '';
  }

  let drag = null;
  canvas.addEventListener('pointerdown', event => {
    drag = { x: event.clientX, view, moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    const place = canvas.getBoundingClientRect();
    if (drag) {
      const by = (event.clientX - drag.x) / (width - LABEL - 6) * (drag.view.until - drag.view.from);
      if (Math.abs(event.clientX - drag.x) > 3) drag.moved = true;
      if (drag.moved) setView(drag.view.from - by, drag.view.until - by);
      return;
    }
    const found = hit(event.clientX - place.left, event.clientY - place.top);
    const text = found ? describePlace(found) : '';
    $('hover').hidden = text === '';
    if (text === '') return;
    $('hover').textContent = text;
    const shown = $('hover').getBoundingClientRect();
    $('hover').style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - shown.width - 8)) + 'px';
    $('hover').style.top = (event.clientY + 18 + shown.height > innerHeight ? event.clientY - shown.height - 10 : event.clientY + 18) + 'px';
  });
  canvas.addEventListener('pointerleave', () => { $('hover').hidden = true; });
  canvas.addEventListener('pointercancel', () => { drag = null; });
  canvas.addEventListener('pointerup', event => {
    const was = drag;
    drag = null;
    if (!was || was.moved) return;
    const place = canvas.getBoundingClientRect();
    const found = hit(event.clientX - place.left, event.clientY - place.top);
    if (found && found.bar >= 0) choose(bars.case[found.bar], found.bar, 'canvas');
  });
  canvas.addEventListener('dblclick', event => zoom(.4, timeAt(event.clientX - canvas.getBoundingClientRect().left)));
  canvas.addEventListener('wheel', event => {
    if (event.ctrlKey || event.metaKey) zoom(event.deltaY > 0 ? 1.25 : .8, timeAt(event.clientX - canvas.getBoundingClientRect().left));
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX || event.deltaY) / 1000);
    else return;
    event.preventDefault();
  }, { passive: false });

  function step(by) {
    if (bars.case.length === 0) return;
    if (chosenBar < 0) { take(tracks.find(t => t.bars.length > 0).bars[0]); return; }
    const track = tracks[trackOf[chosenBar]];
    const place = placeOf[chosenBar] + by;
    if (place >= 0 && place < track.bars.length) take(track.bars[place]);
  }

  function stepTrack(by) {
    if (chosenBar < 0) { step(1); return; }
    for (let t = trackOf[chosenBar] + by; t >= 0 && t < tracks.length; t += by) {
      if (tracks[t].bars.length === 0) continue;
      // The one that runs at the same time, or the next.
      const at = bars.start[chosenBar];
      let nearest = tracks[t].bars[0];
      for (const b of tracks[t].bars) { if (Math.abs(bars.start[b] - at) < Math.abs(bars.start[nearest] - at)) nearest = b; }
      take(nearest);
      return;
    }
  }

  function take(b) {
    choose(bars.case[b], b, 'canvas');
    revealBar(b);
    say(describe(b));
  }

  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const doings = {
      ArrowRight: () => event.shiftKey ? pan(.2) : step(1), ArrowLeft: () => event.shiftKey ? pan(-.2) : step(-1), ArrowDown: () => stepTrack(1), ArrowUp: () => stepTrack(-1),
      '+': () => zoom(.5, middle()), '=': () => zoom(.5, middle()), '-': () => zoom(2, middle()), '0': () => setView(0, whole),
      Home: () => setView(0, view.until - view.from), End: () => setView(whole - (view.until - view.from), whole), Enter: () => $('details').focus(),
    };
    if (!doings[event.key]) return;
    event.preventDefault();
    doings[event.key]();
    if ('+=-0'.includes(event.key)) say('Shows ' + time(view.from) + ' to ' + time(view.until));
  });
  $('zoom-in').addEventListener('click', () => zoom(.5, middle()));
  $('zoom-out').addEventListener('click', () => zoom(2, middle()));
  $('earlier').addEventListener('click', () => pan(-.4));
  $('later').addEventListener('click', () => pan(.4));
  $('fit').addEventListener('click', () => setView(0, whole));
  holder.addEventListener('scroll', draw);

  // ---- tables

  function table(target, caption, columns, body) {
    const head = make('tr', columns.map(([name, isNumber]) => make('th', name, isNumber ? { scope: 'col', class: 'number' } : { scope: 'col' })));
    $(target).replaceChildren(make('caption', caption), make('thead', head), make('tbody', body.map(cells => make('tr', cells.map((cell, c) => make(c === 0 ? 'th' : 'td', cell, { ...(c === 0 ? { scope: 'row' } : {}), ...(columns[c][1] ? { class: 'number' } : {}) }))))));
  }

  function link(index) {
    const button = make('button', full(index), { type: 'button', class: 'plain' });
    button.addEventListener('click', () => {
      if (placeInList(index) < 0) {
        $('search').value = '';
        $('worker').value = '';
        for (const kind of Object.keys(KINDS)) { wanted.add(kind); if ($('kind-' + kind)) $('kind-' + kind).checked = true; }
        applyFilter();
      }
      choose(index);
      $('details').scrollIntoView({ block: 'nearest' });
      $('details').focus({ preventScroll: true });
    });
    return button;
  }

  const ran = Array.from({ length: count }, (_, i) => i).filter(i => data.out[i] !== 'N' && data.out[i] !== 'S');
  const slowest = ran.sort((a, b) => data.dur[b] - data.dur[a] || a - b).slice(0, 25);
  table('slow-table', slowest.length ? 'Setup and teardown of their own fixtures included' : 'No test ran.', [['Test'], ['Outcome'], ['Took', 1]], slowest.map(i => [link(i), badge(data.out[i]), time(data.dur[i])]));

  const fixtureRows = data.fixtures.slice(0, 200).map(f => [f.name, f.scope, number(f.ups), f.ups ? time(f.up) : '', f.ups ? time(f.up / f.ups) : '', f.ups ? time(f.upMax) : '', number(f.downs), f.downs ? time(f.down) : '', f.downs ? time(f.downMax) : '']);
  table('fixture-table', data.fixtures.length ? 'All setups and teardowns together, the dearest first' + (data.fixtures.length > 200 ? ' (200 of ' + number(data.fixtures.length) + ')' : '') : 'No fixture was set up.',
    [['Fixture'], ['Scope'], ['Setups', 1], ['Setup in all', 1], ['on average', 1], ['longest', 1], ['Teardowns', 1], ['Teardown in all', 1], ['longest', 1]], fixtureRows);

  for (const run of data.runs) {
    const parts = [];
    if (data.runs.length > 1) parts.push('Run ' + (data.runs.indexOf(run) + 1) + ': ');
    parts.push('It took ' + time(run.wall) + (run.before ? ', ' + time(run.before) + ' of it before the first test' : '') + '. Its tests and fixtures kept ' + number(run.workers) + (run.workers === 1 ? ' worker' : ' workers') + ' busy for ' + time(run.busy) + ' in all.');
    if (run.efficiency !== undefined) {
      parts.push(' No order of them could have taken less than ' + time(run.bound) + ': ' + (run.bound > run.busy / run.workers + 1
        ? 'so long lasts the longest that has to stay together, ' + run.longestOf + '.'
        : 'that is all of it, divided by the workers.') + ' That is ' + Math.round(run.efficiency * 100) + ' % of what it took (its efficiency).');
    }
    $('bounds').append(make('p', parts.join('')));
  }

  function busyOf(i) {
    let busy = 0, until = -1;
    const spans = barsOfLane[i].map(b => [bars.start[b], end(b)]).concat(fixturesOfLane[i].map(f => [f.start, f.start + f.dur])).sort((a, b) => a[0] - b[0]);
    for (const [from, stop] of spans) {
      if (stop <= until) continue;
      busy += stop - Math.max(from, until);
      until = stop;
    }
    return busy;
  }

  const workerRows = data.lanes.slice(0, 500).map((lane, i) => {
    const busy = busyOf(i), lived = life[i].until - life[i].from;
    const bad = barsOfLane[i].filter(b => BAD.includes(bars.out[b])).length;
    return [lane.name, lane.pid ? String(lane.pid) : '', time(life[i].from), lane.ready !== undefined && lane.launched !== undefined ? time(lane.ready - lane.launched) : '', number(barsOfLane[i].length), number(bad), time(busy), time(Math.max(0, lived - busy)),
      (lane.crashed ? 'died: ' : '') + (lane.how ?? '') + (lane.why ? ' (' + lane.why + ')' : '')];
  });
  table('worker-table', data.lanes.length > 500 ? 'The first 500 of ' + number(data.lanes.length) : 'In the order in which they were started',
    [['Worker'], ['Process', 1], ['Began', 1], ['Ready after', 1], ['Attempts', 1], ['Failed', 1], ['Busy', 1], ['Not busy', 1], ['End']], workerRows);

  const notes = $('note-list');
  for (const error of data.errors) notes.append(make('details', [make('summary', [badge('F'), ' ' + error.id + (error.worker ? ' (' + error.worker + ')' : '')]), make('pre', error.text)], { open: '' }));
  if (data.notes.length) notes.append(make('ul', data.notes.map(n => make('li', n, { class: 'name' }))));
  for (const run of data.runs) {
    notes.append(make('p', 'Run ' + run.id + (run.at ? ', ' + new Date(run.at).toLocaleString() : '') + (run.machine ? ' on ' + run.machine : '') + (run.system ? ' (' + run.system + (run.processors ? ', ' + run.processors + ' processors' : '') + ')' : '')
      + '. ' + (run.workersText ? run.workersText.replace(/\.$/, '') + '. ' : '') + (run.options ? 'Options: ' + run.options : '') + (run.hasEnd ? '' : ' Its log has no end.') + (run.lost ? ' ' + run.lost + ' records of its log are lost.' : ''), { class: 'quiet name' }));
  }

  // ---- begin

  $('plain').hidden = true;
  $('page').hidden = false;
  if ([...data.out].some(kind => BAD.includes(kind))) $('order').value = 'bad';
  canvas.setAttribute('aria-label', 'Timeline of ' + number(data.lanes.length) + (data.lanes.length === 1 ? ' worker' : ' workers') + ' over ' + time(whole) + ', with ' + number(bars.case.length) + ' attempts of tests');
  readColours();
  applyFilter();
  resize();
  new ResizeObserver(resize).observe(holder);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { readColours(); draw(); });
  const firstBad = shownCases.length && BAD.includes(data.out[shownCases[0]]) ? shownCases[0] : -1;
  if (firstBad >= 0) choose(firstBad, undefined, 'begin');
  document.documentElement.setAttribute('data-ready', '');
})();
