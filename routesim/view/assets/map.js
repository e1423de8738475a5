/* Draws the railway on a Leaflet map. All texts come from the page's JSON block and are set
   with textContent. No HTML is built from text. */
"use strict";

const routesimDrawMap = (() => {
  const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const SVG = "http://www.w3.org/2000/svg";
  const SHAPES = {
    consistent: "M12 3a9 9 0 1 0 .01 0z",
    strained: "M12 2 L23 21 L1 21 z",
    impossible: "M3 3 H21 V21 H3 z",
    silent: "M12 3 L21 12 L12 21 L3 12 z",
    "": "M12 3a9 9 0 1 0 .01 0z",
  };
  const MARK_PX = 24;
  const SLACK_PX = 2;
  const BESIDE_PX = 16;
  const NEAR_ZOOM = 6.5;
  const NARROW_PX = 560;

  const make = (tag, text, className) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  };

  const pad = (number) => String(number).padStart(2, "0");

  /* Format minutes since the data's base in a clock's zone, whose offsets Python computed. */
  const formatTime = (data, minutes, clock, brief) => {
    const seconds = data.base + minutes * 60;
    let offset = clock.steps[0][1];
    for (const [since, value] of clock.steps) if (seconds >= since) offset = value;
    const date = new Date((seconds + offset) * 1000);
    const day = brief ? "" : DAYS[date.getUTCDay()] + " ";
    return `${day}${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ` +
      `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
  };

  const addWindow = (table, data, name, minutes, brief) => {
    const body = table.createTBody();
    ["5 %", brief ? "50 %" : "median", "95 %"].forEach((level, index) => {
      const row = body.insertRow();
      const head = make("th", `${name}, ${level}`);
      head.scope = "row";
      row.append(head);
      for (const clock of data.clocks) row.append(make("td", formatTime(data, minutes[index], clock, brief), "num"));
    });
  };

  const makeWindows = (data, route, passage, brief) => {
    const table = make("table", undefined, "popup-windows");
    table.createCaption().textContent = `Likely, ${route.band}`;
    const head = table.createTHead().insertRow();
    for (const text of ["", ...data.clocks.map((clock) => clock.label)]) {
      const cell = make("th", text);
      cell.scope = "col";
      head.append(cell);
    }
    if (passage.a) addWindow(table, data, passage.d === undefined ? "passes" : "arrives", passage.a, brief);
    if (passage.d) addWindow(table, data, "departs", passage.d, brief);
    return table;
  };

  const listPassages = (data, station) => {
    const seen = new Set();
    const found = [];
    data.routes.forEach((route) => route.passages.forEach((passage) => {
      if (passage.s !== station) return;
      const key = JSON.stringify([passage.km, passage.line, passage.visit, passage.a, passage.d]);
      if (seen.has(key) || (!passage.a && !passage.d && seen.has(passage.km))) return;
      seen.add(passage.km);
      seen.add(key);
      found.push({ route, passage });
    }));
    return found;
  };

  const addPassages = (box, data, station, brief) => {
    const found = listPassages(data, station);
    for (const { route, passage } of found) {
      if (found.length > 1) box.append(make("h4", route.title));
      box.append(make("p", passage.text));
      if (!passage.a && !passage.d) continue;
      const scroller = make("div", undefined, "scroll");
      scroller.append(makeWindows(data, route, passage, brief));
      box.append(scroller);
    }
  };

  const listReports = (data, station) =>
    data.reports.filter((report) => report.spots.some((spot) => spot.s.includes(station)));

  const countReports = (count) => (count === 1 ? "1 report" : `${count} reports`);

  const addReports = (box, data, station) => {
    const reports = listReports(data, station);
    if (!reports.length) return;
    box.append(make("h4", "Reports about this place"));
    const list = make("ul", undefined, "popup-reports");
    for (const report of reports) {
      const item = make("li");
      const id = make(data.ledger ? "a" : "strong", report.id);
      if (data.ledger) id.href = "#report-" + encodeURIComponent(report.id);
      item.append(id, " ");
      if (report.verdict) item.append(make("span", report.verdict, "badge verdict-" + report.verdict), " ");
      item.append(make("span", report.claim));
      for (const spot of report.spots.filter((one) => one.s.includes(station))) {
        item.append(make("div", spot.text, "spot"));
        for (const when of spot.when) item.append(make("div", when, "when"));
      }
      list.append(item);
    }
    box.append(list);
  };

  const makePopup = (data, number, brief) => {
    const station = data.stations[number];
    const box = make("div", undefined, "popup");
    box.tabIndex = -1;
    box.append(make("h3", station.name));
    const others = [station.ko, station.ru].filter(Boolean).join(" · ");
    if (others) box.append(make("p", others, "other-names"));
    addPassages(box, data, number, brief);
    box.append(make("p", `${station.kind[0].toUpperCase()}${station.kind.slice(1)}. Position: ${station.position}.`, "note"));
    addReports(box, data, number);
    return box;
  };

  const closeByKey = (map, box) => box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup();
  });

  const openPopup = (map, data, number, focusBack) => {
    const box = makePopup(data, number, map.getSize().x < NARROW_PX);
    const width = Math.min(500, map.getSize().x - 40);
    const popup = L.popup({ maxWidth: width, minWidth: Math.min(300, width),
      maxHeight: map.getSize().y - 110, autoPanPadding: [12, 12] });
    popup.setLatLng(data.stations[number].at).setContent(box).openOn(map);
    closeByKey(map, box);
    if (!focusBack) return;
    box.focus({ preventScroll: true });
    popup.once("remove", () => focusBack.focus({ preventScroll: true }));
  };

  const wireKeys = (node, label, act) => {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", label);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      act(node);
    });
  };

  const drawRoutes = (map, data) => data.routes.map((route, number) => {
    const layer = L.layerGroup();
    for (const stroke of route.strokes) {
      const kind = (number ? "other" : "main") + (stroke.schematic ? " route-schematic" : "");
      L.polyline(stroke.s.map((s) => data.stations[s].at),
        { className: `route route-${kind}`, interactive: false, smoothFactor: 0.5 }).addTo(layer);
    }
    for (const turn of route.turns) {
      const icon = L.divIcon({ className: "turn-mark", html: make("span", turn.movement === "reverse" ? "\u21c4" : "?"), iconSize: [20, 20], iconAnchor: [-6, 22] });
      L.marker(data.stations[turn.s].at, { icon, interactive: false, keyboard: false }).addTo(layer);
    }
    return layer;
  }).reverse().map((layer) => layer.addTo(map)).reverse();

  const drawPoints = (map, data) => {
    const layers = { points: L.layerGroup().addTo(map), major: L.layerGroup().addTo(map) };
    for (const wanted of [false, true]) {
      data.stations.forEach((station, number) => {
        if (station.major !== wanted) return;
        const kind = (wanted ? "point-major" : "point-minor") + (station.schematic ? " point-schematic" : station.approximate ? " point-approximate" : "");
        const marker = L.circleMarker(station.at, { radius: wanted ? 5 : 2.5, className: `point ${kind}` });
        marker.on("click", () => openPopup(map, data, number, null));
        marker.addTo(wanted ? layers.major : layers.points);
        const node = marker.getElement();
        node.dataset.station = String(number);
        if (wanted) wireKeys(node, station.name, (from) => openPopup(map, data, number, from));
      });
    }
    return layers;
  };

  /* Merge marks that would overlap into one, above the northernmost place, so that the names
     of the places stay below it. */
  const groupMarks = (map, data) => {
    const marks = [];
    const reported = [...data.stations.keys()].filter((number) => listReports(data, number).length);
    reported.sort((a, b) => data.stations[b].at[0] - data.stations[a].at[0]);
    for (const number of reported) {
      const found = listReports(data, number);
      const at = map.latLngToLayerPoint(data.stations[number].at);
      const near = marks.find((mark) => mark.at.distanceTo(at) < MARK_PX);
      if (near) {
        near.stations.push(number);
        found.forEach((report) => near.reports.add(report));
      } else {
        marks.push({ at, stations: [number], reports: new Set(found) });
      }
    }
    return marks;
  };

  const makeMarkIcon = (verdict, count) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("width", MARK_PX);
    svg.setAttribute("height", MARK_PX);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", SHAPES[verdict]);
    const text = document.createElementNS(SVG, "text");
    text.setAttribute("x", 12);
    text.setAttribute("y", verdict === "strained" ? 19 : 16);
    text.setAttribute("text-anchor", "middle");
    text.textContent = String(count);
    svg.append(path, text);
    return L.divIcon({ className: `report-mark verdict-${verdict || "none"}`, html: svg,
      iconSize: [MARK_PX, MARK_PX], iconAnchor: [MARK_PX / 2, MARK_PX + 6] });
  };

  const openGroup = (map, data, mark, from) => {
    if (mark.stations.length === 1) {
      openPopup(map, data, mark.stations[0], from);
      return;
    }
    const box = make("div", undefined, "popup");
    box.tabIndex = -1;
    box.append(make("h3", "Reported places"));
    const list = make("ul", undefined, "popup-places");
    for (const number of mark.stations) {
      const button = make("button", data.stations[number].name);
      button.type = "button";
      button.addEventListener("click", () => openPopup(map, data, number, from));
      const reports = listReports(data, number).sort((a, b) => a.rank - b.rank);
      const item = make("li");
      item.append(button, ` ${countReports(reports.length)} `);
      if (reports[0].verdict) item.append(make("span", reports[0].verdict, "badge verdict-" + reports[0].verdict));
      list.append(item);
    }
    box.append(list);
    L.popup().setLatLng(data.stations[mark.stations[0]].at).setContent(box).openOn(map);
    closeByKey(map, box);
    box.focus({ preventScroll: true });
  };

  const makeLabel = (at, text, className, stations) => {
    const words = make("span", text, className);
    words.dataset.stations = stations.join(" ");
    return L.marker(at, {
      icon: L.divIcon({ className: "label", html: words, iconSize: null, iconAnchor: [0, 0] }),
      interactive: false, keyboard: false });
  };

  const drawMarks = (map, data, layer) => {
    layer.clearLayers();
    for (const mark of groupMarks(map, data)) {
      const reports = [...mark.reports].sort((a, b) => a.rank - b.rank);
      const names = mark.stations.map((number) => data.stations[number].name).join(", ");
      const label = `${names}: ${countReports(reports.length)}${reports[0].verdict ? ", worst verdict " + reports[0].verdict : ""}`;
      const marker = L.marker(data.stations[mark.stations[0]].at,
        { icon: makeMarkIcon(reports[0].verdict, reports.length), keyboard: false, riseOnHover: true });
      marker.addTo(layer);
      marker.on("click", () => openGroup(map, data, mark, null));
      wireKeys(marker.getElement(), label, (from) => openGroup(map, data, mark, from));
      marker.getElement().dataset.stations = mark.stations.join(" ");
      if (mark.stations.length > 1) {
        makeLabel(data.stations[mark.stations[0]].at, `${mark.stations.length} places`, "label-cluster", mark.stations).addTo(layer);
      }
    }
  };

  const drawLabels = (map, data) => {
    const cities = L.layerGroup().addTo(map);
    const stations = L.layerGroup().addTo(map);
    const main = data.routes[0].passages;
    const ends = new Set(data.routes.flatMap((r) => [r.passages[0].s, r.passages[r.passages.length - 1].s]));
    const first = [...ends, ...main.map((p) => p.s)];
    const counts = data.stations.map((_, s) => listReports(data, s).length);
    const rank = (s) => (ends.has(s) ? 2e6 : data.stations[s].stop ? 1e6 : 0) + counts[s];
    const order = [...new Set([...first, ...data.stations.keys()])].filter((s) => data.stations[s].major);
    order.sort((a, b) => rank(b) - rank(a));
    for (const s of order) makeLabel(data.stations[s].at, data.stations[s].name, ends.has(s) ? "label-station label-end" : "label-station", [s]).addTo(stations);
    for (const [name, lat, lon] of data.cities) makeLabel([lat, lon], name, "label-city", []).addTo(cities);
    return { cities, stations };
  };

  const overlap = (a, b) => a.left < b.right - SLACK_PX && b.left < a.right - SLACK_PX &&
    a.top < b.bottom - SLACK_PX && b.top < a.bottom - SLACK_PX;

  /* Hide labels that would cover a mark or an earlier label. Places that share a mark are
     named only if the label with their number is shown too. */
  const declutter = (map) => {
    const root = map.getContainer();
    const frame = root.getBoundingClientRect();
    const outside = (box) => box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom;
    const taken = [...root.querySelectorAll(".report-mark, .turn-mark span, .leaflet-control")].map((node) => node.getBoundingClientRect());
    const blocked = (box) => outside(box) || taken.some((other) => overlap(box, other));
    const unnamed = new Set();
    const marks = [...root.querySelectorAll(".report-mark")];
    const besideOther = (node, { left, right, top, bottom }) => {
      const near = { left: left - BESIDE_PX, right: right + BESIDE_PX, top, bottom };
      return marks.some((mark) => mark.dataset.stations !== node.dataset.stations && overlap(near, mark.getBoundingClientRect()));
    };
    const place = (node, ways, barred) => {
      node.classList.remove("hidden", "to-left", "above");
      const members = node.dataset.stations.split(" ");
      const free = !members.some((station) => unnamed.has(station)) && ways.find((way) => {
        node.classList.remove("to-left", "above");
        if (way !== "to-right") node.classList.add(way);
        const box = node.getBoundingClientRect();
        return !blocked(box) && !(barred && barred(node, box));
      });
      if (free) taken.push(node.getBoundingClientRect());
      else node.classList.add("hidden");
      return { members, free };
    };
    const sides = ["to-right", "to-left"];
    const clusters = [...root.querySelectorAll(".label-cluster")];
    const clustered = new Set(clusters.flatMap((node) => node.dataset.stations.split(" ")));
    const ends = [...root.querySelectorAll(".label-end")].filter((node) => !clustered.has(node.dataset.stations));
    for (const node of ends) place(node, sides);
    for (const node of clusters) {
      const { members, free } = place(node, ["above", "to-left", "to-right"], besideOther);
      if (!free) members.forEach((station) => unnamed.add(station));
    }
    for (const node of root.querySelectorAll(".label-station, .label-city")) if (!ends.includes(node)) place(node, sides);
  };

  const wireControls = (map, data, layers) => {
    const section = map.getContainer().closest("section") || document;
    for (const box of section.querySelectorAll("input[data-layer]")) {
      box.addEventListener("change", () => {
        for (const layer of layers[box.dataset.layer] || []) {
          if (box.checked) layer.addTo(map); else layer.remove();
        }
        declutter(map);
      });
    }
    const select = section.querySelector("#map-station");
    const order = data.stations.map((station, number) => [station.name, number]);
    order.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    for (const [name, number] of order) {
      const option = make("option", name);
      option.value = String(number);
      select.append(option);
    }
    select.addEventListener("change", () => {
      if (select.value === "") return;
      const number = Number(select.value);
      map.setView(data.stations[number].at, Math.max(map.getZoom(), 8), { animate: false });
      openPopup(map, data, number, select);
    });
    section.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  };

  return (map) => {
    const data = JSON.parse(document.getElementById("routesim-data").textContent).map;
    const routes = drawRoutes(map, data);
    const points = drawPoints(map, data);
    const reports = L.layerGroup().addTo(map);
    const labels = drawLabels(map, data);
    L.control.scale({ imperial: false }).addTo(map);
    L.control.attribution({ prefix: false }).addTo(map);
    map.getContainer().querySelector(".leaflet-control-attribution").textContent = data.attribution.join(" · ");
    const layers = { points: [points.points], reports: [reports], cities: [labels.cities] };
    routes.forEach((layer, number) => { layers["route-" + number] = [layer]; });
    map.scrollWheelZoom.disable();
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    const shown = data.routes.flatMap((route) => route.passages.map((passage) => data.stations[passage.s].at));
    const fit = () => map.fitBounds(L.latLngBounds(shown), { padding: [28, 28], animate: false });
    fit();
    for (const name of ["beforeprint", "afterprint"]) {
      window.addEventListener(name, () => { map.invalidateSize(false); fit(); });
    }
    const redraw = () => {
      map.getContainer().classList.toggle("far", map.getZoom() < NEAR_ZOOM);
      drawMarks(map, data, reports);
      declutter(map);
    };
    map.on("zoomend", redraw);
    map.on("moveend", () => declutter(map));
    map.on("popupopen", () => map.getContainer().classList.add("with-popup"));
    map.on("popupclose", () => map.getContainer().classList.remove("with-popup"));
    map.on("resize", () => declutter(map));
    redraw();
    wireControls(map, data, layers);
    map.getContainer().setAttribute("aria-label", data.title);
    map.getContainer().setAttribute("role", "region");
  };
})();
