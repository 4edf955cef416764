// What ical.js, which Thunderbird, Nextcloud and FullCalendar read calendars with, understands of a calendar.
// One calendar per line as a JSON text on standard input, its events as one line of JSON on standard output.

import { createInterface } from "node:readline";
import ICAL from "./vendor/ical.js/ical.min.mjs";

function moment(time) {
  return time.isDate ? time.toString().replaceAll("-", "") : time.toJSDate().toISOString();
}

function events(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  // A file brings the rules of its zones along; without them every time would be taken for one of this machine.
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  return calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return {
      uid: event.uid,
      start: moment(event.startDate),
      end: moment(event.endDate),
      summary: event.summary ?? "",
      status: one.getFirstPropertyValue("status") ?? "",
      location: event.location ?? "",
      description: event.description ?? "",
      sequence: event.sequence ?? 0,
    };
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(events(JSON.parse(line))));
}
