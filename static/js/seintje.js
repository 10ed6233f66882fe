/* The service worker: shows a sign and opens the page it points to. It stores nothing and answers no page. */
"use strict";

self.addEventListener("push", function (event) {
  var words = {};
  try { words = event.data ? event.data.json() : {}; } catch (error) { words = {}; }
  event.waitUntil(self.registration.showNotification(words.title || "", {
    body: words.body || "",
    tag: "nabij",
    renotify: true,
    requireInteraction: true,
    vibrate: [300, 150, 300],
    data: { link: words.link || "/" },
  }));
});

self.addEventListener("notificationclick", function (event) {
  var link = new URL(event.notification.data.link, self.location.origin);
  event.notification.close();
  if (link.origin === self.location.origin) { event.waitUntil(self.clients.openWindow(link.href)); }
});
