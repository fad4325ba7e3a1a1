import uPlot from './uplot.js';

const probe = document.body.appendChild(document.createElement('span'));
probe.hidden = true;
/** A colour of the page as a canvas understands it. */
const css = (name) => {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
};
/** Creates an element with texts and elements inside. */
export function element(name, ...children) {
  const created = document.createElement(name);
  created.append(...children);
  return created;
}
const count = (value) => (value === null ? '–' : String(Math.round(value * 100) / 100));

/** Writes a length of time, in milliseconds, for people. */
export function writeDuration(ms) {
  if (ms === null) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 60_000)} min`;
}

const sum = (chart, names) =>
  chart.p50Ms.map((_, at) => names.reduce((total, name) => total + (chart.series[name]?.[at] ?? 0), 0));
const sample = (name) => (chart) => sum(chart, [name]);
const aMinute = (name) => (chart) => sample(name)(chart).map((value) => (value * 60_000) / chart.stepMs);
const line = (name, colour, of) => ({ name, colour, of });

const troubleNames = {
  down: 'no answer',
  rateLimited: '429',
  unauthorized: 'token rejected',
  tokenRefused: 'client rejected',
  loginDown: 'no token',
  circuit: 'circuit open',
  queue: 'long queue',
  database: 'store unavailable',
  webhook: 'webhook',
  fault: 'error in this program',
};
const colours = ['--bad', '--warn', '--cool', '--quiet', '--good', '--rare'];

/** The charts of the page: bars stand on each other, lines do not. */
const charts = [
  {
    title: 'Cards by outcome',
    isStacked: true,
    lines: [
      line('accepted', '--good', sample('accepted')),
      line('not accepted', '--bad', (chart) => sum(chart, ['rejected', 'failed', 'unknown'])),
      line('refused by checks', '--warn', sample('refused')),
      line('customer left', '--quiet', sample('left')),
    ],
  },
  {
    title: 'Time until the outcome',
    write: writeDuration,
    isLog: true,
    lines: [
      line('p50', '--good', (chart) => chart.p50Ms),
      line('p95', '--warn', (chart) => chart.p95Ms),
      line('p99', '--bad', (chart) => chart.p99Ms),
    ],
  },
  { title: 'Cards that wait', lines: [line('waiting', '--cool', sample('waiting'))] },
  { title: 'The oldest waits', write: writeDuration, lines: [line('oldest', '--cool', sample('oldestMs'))] },
  { title: 'Dead letters', lines: [line('dead letters', '--bad', sample('deadLetters'))] },
  {
    title: 'Requests to Genesys a minute',
    lines: [
      line('used', '--cool', aMinute('requests')),
      line('limit', '--bad', (chart, now) => chart.p50Ms.map(() => now.requestsPerMinute)),
    ],
  },
  {
    title: 'Pauses, circuit breaker and other problems',
    isStacked: true,
    isState: true,
    lines: Object.entries(troubleNames).map(([kind, name], at) =>
      line(name, colours[at % colours.length], (chart) => sum(chart, [kind]).map((is) => Math.min(1, is))),
    ),
  },
  { title: 'Instances', lines: [line('instances', '--good', sample('instances'))] },
];

/** Draws the charts into an element; returns the function that shows new figures. */
export function addCharts(place) {
  const drawn = charts.map((chart) => addChart(place, chart));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const one of drawn) one.redraw();
  });
  return (now) => {
    for (const one of drawn) one.show(now);
  };
}

function addChart(place, { title, lines, isStacked = false, isLog = false, isState = false, write = count }) {
  const plot = element('div');
  const legend = element('ul');
  const table = element('table');
  const details = element('details', element('summary', 'As a table'), table);
  place.append(element('figure', element('figcaption', title), plot, legend, details));
  plot.setAttribute('role', 'img');

  let values = lines.map(() => []);
  let times = [];
  /** Shows the values of one point in the legend: the point below the pointer, else the last. */
  const showPoint = (at) => {
    legend.replaceChildren(
      ...lines.map(({ name, colour }, i) => {
        const item = element('li', isState ? name : `${name} ${write(values[i][at] ?? null)}`);
        item.style.setProperty('--colour', `var(${colour})`);
        item.hidden = isStacked && !values[i].some((value) => value > 0);
        return item;
      }),
    );
  };
  const fillTable = () => {
    if (!details.open) return;
    const row = (kind, cells) => element('tr', ...cells.map((text) => element(kind, text)));
    table.replaceChildren(
      row('th', ['UTC', ...lines.map(({ name }) => name)]),
      ...times.map((time, at) =>
        row('td', [iso(time), ...lines.map((_, i) => write(values[i][at] ?? null))]),
      ),
    );
  };
  details.ontoggle = fillTable;

  const chart = new uPlot(
    {
      width: 300,
      height: 130,
      legend: { show: false },
      cursor: { points: { show: !isStacked }, drag: { x: false, y: false } },
      tzDate: (time) => uPlot.tzDate(new Date(time * 1_000), 'Etc/UTC'),
      scales: {
        y: isLog ? { distr: 3 } : { range: (_, __, most) => [0, Math.max(1, most) * 1.05] },
      },
      axes: [
        axis({
          size: 30,
          space: 60,
          values: (_, ticks, __, ___, step) => ticks.map((tick) => timeText(tick, step)),
        }),
        axis({
          size: 66,
          space: 30,
          ...(isLog ? onlyTens : {}),
          values: (_, ticks) => ticks.map((tick) => tickText(tick, write, isState)),
        }),
      ],
      // The sums are drawn from the highest down, each over the part of the one before that is not its own.
      series: [
        {},
        ...lines.toReversed().map(({ colour }) => ({
          stroke: () => css(colour),
          fill: isStacked ? () => css(colour) : undefined,
          width: isStacked ? 0 : 2,
          spanGaps: true,
          points: { show: isLog, size: 4 },
          paths: isStacked ? uPlot.paths.bars({ size: [0.9, 100] }) : undefined,
        })),
      ],
      hooks: { setCursor: [({ cursor: { idx } }) => showPoint(idx ?? times.length - 1)] },
    },
    [[], ...lines.map(() => [])],
    plot,
  );
  new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height: 130 })).observe(plot);

  return {
    redraw: () => chart.redraw(),
    show(now) {
      times = now.chart.p50Ms.map((_, at) => (now.chart.from + at * now.chart.stepMs) / 1_000);
      values = lines.map(({ of }) => of(now.chart, now));
      const sums = values.map((one, i) =>
        isStacked
          ? one.map((_, at) => values.slice(0, i + 1).reduce((total, each) => total + each[at], 0))
          : one,
      );
      chart.setData([times, ...sums.toReversed()]);
      showPoint(chart.cursor.idx ?? times.length - 1);
      const most = lines.map(({ name }, i) => [name, Math.max(0, ...values[i].map(Number))]);
      const peaks = most
        .filter(([, value]) => value > 0)
        .map(([name, value]) => (isState ? name : `${name} at most ${write(value)}`));
      plot.setAttribute('aria-label', `${title}: ${peaks.join(', ') || 'nothing'}`);
      fillTable();
    },
  };
}

const axis = ({ filter = (_, ticks) => ticks, ...more }) => ({
  stroke: () => css('--quiet'),
  grid: { stroke: () => css('--faint'), width: 1, filter },
  ticks: { stroke: () => css('--faint'), width: 1, filter },
  font: '12px system-ui, sans-serif',
  filter,
  ...more,
});
const onlyTens = {
  filter: (_, ticks) => ticks.map((tick) => (Math.log10(tick) % 1 === 0 ? tick : null)),
};
function tickText(tick, write, isState) {
  const isShown =
    tick !== null && !isState && (tick === 0 || tick >= 1) && (write !== count || tick % 1 === 0);
  return isShown ? write(tick) : '';
}
const iso = (time) => new Date(time * 1_000).toISOString().slice(0, 16).replace('T', ' ');
const timeText = (time, step) => (step < 86_400 ? iso(time).slice(11) : iso(time).slice(5, 10));
